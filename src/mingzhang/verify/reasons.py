"""Why a bundle or a root is rejected: permanent codes, with words in Chinese and English.

The order in which `bundle.verify` asks is the order of this table; the first that applies is the
answer, so that every verifier (this one, the browser's) gives the same code for the same file.
"""

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    # the file
    "too-large": (
        "证明文件过大（上限 1 MiB）。请向发布方重新索取。",
        "The proof file is larger than 1 MiB. Ask its publisher for it again.",
    ),
    "malformed": (
        "证明文件格式不符：{where}。请向发布方重新索取，并核对版本。",
        "The proof file is not in its format: {where}. Ask its publisher for it again.",
    ),
    # the root
    "root-malformed": (
        "信任根文件无法读取：{where}。请从其他机构、公报或二维码重新取得。",
        "The root cannot be read: {where}. Get it again from another institution or the gazette.",
    ),
    "root-bad-key": (
        "验证公钥无效：{where}。请核对后重新输入。",
        "The verifier key is not valid: {where}. Compare it with its source and enter it again.",
    ),
    "root-bad-signature": (
        "信任根上的签名不成立：{where}。该检查点不可信。",
        "The root's signature is not good: {where}. Do not trust this checkpoint.",
    ),
    "root-not-signed": (
        "信任根没有账本密钥的签名：{where}。",
        "The root is not signed by the ledger's key: {where}.",
    ),
    "root-not-countersigned": (
        "信任根缺少所要求的其他机构副署：{where}。请取得已副署的检查点。",
        "The root lacks the countersignatures asked for: {where}. Get a countersigned checkpoint.",
    ),
    # chain and headers
    "wrong-chain": (
        "证明属于另一账本：{where}。",
        "The proof is of another ledger: {where}.",
    ),
    "headers-not-linked": (
        "区块头不相连：{where}。",
        "The block headers do not follow each other: {where}.",
    ),
    "no-evidence": (
        "证明中没有此信任根能判断的依据：{where}。请索取带相应依据的证明，或换用信任根。",
        (
            "The proof holds nothing that this root can judge: {where}. Ask for a proof that does, "
            "or use another root."
        ),
    ),
    # the validators' commit
    "wrong-validators": (
        "签署的验证者名单不是信任根中的名单。",
        "The validators that signed are not the set that the root pins.",
    ),
    "commit-refused": (
        "验证者的签署不成立：{where}。",
        "The validators' commit does not hold: {where}.",
    ),
    "too-little-power": (
        "签署的验证者不足三分之二以上。",
        "Not more than two thirds of the validators signed.",
    ),
    # history and checkpoint
    "checkpoint-malformed": (
        "证明所附检查点格式不符：{where}。",
        "The checkpoint in the proof is not in its format: {where}.",
    ),
    "checkpoint-wrong-origin": (
        "证明所附检查点属于另一账本：{where}。",
        "The checkpoint in the proof is of another ledger: {where}.",
    ),
    "checkpoint-older": (
        "证明所附检查点早于信任根。请按信任根的规模重新索取证明。",
        "The checkpoint in the proof is older than the root. Ask for a proof at the root's size.",
    ),
    "checkpoint-unsigned-root": (
        "信任根没有公钥，无法判断更新的检查点。请提供公钥，或按信任根的规模索取证明。",
        (
            "The root brings no key, so a newer checkpoint cannot be judged. Give the keys, or "
            "ask for a proof at the root's size."
        ),
    ),
    "checkpoint-bad-signature": (
        "证明所附检查点的签名不成立：{where}。",
        "A signature of the checkpoint in the proof is not good: {where}.",
    ),
    "checkpoint-not-signed": (
        "证明所附检查点没有账本密钥的签名。",
        "The checkpoint in the proof is not signed by the ledger's key.",
    ),
    "checkpoint-not-countersigned": (
        "证明所附检查点缺少所要求的副署：{where}。",
        "The checkpoint in the proof lacks the countersignatures asked for: {where}.",
    ),
    "not-consistent": (
        "新检查点不是信任根的延续：历史被改写，或证明有误。请向其他机构报告。",
        (
            "The newer checkpoint does not extend the root: history was rewritten, or the proof is "
            "wrong. Report this to another institution."
        ),
    ),
    "wrong-history-size": (
        "证明针对另一规模的历史：{where}。请按信任根的规模重新索取。",
        "The proof is for a history of another size: {where}. Ask for one at the root's size.",
    ),
    "not-in-history": (
        "该区块头不在检查点所载的历史中。",
        "The block header is not in the history that the checkpoint heads.",
    ),
    # the claim
    "reserved-key": (
        "该键不存放记录：{where}。",
        "No record stands under this key: {where}.",
    ),
    "wrong-volume": (
        "该键不属于所示月卷：{where}。",
        "The key does not belong to the volume that was searched: {where}.",
    ),
    "not-in-map": (
        "该记录不在已封存的账本状态中：记录、盐值或证明被改动。",
        "The record is not in the sealed state: record, salt or proof was changed.",
    ),
    "not-absent": (
        "不能证明该键不存在：证明被改动，或该键存在。",
        "That the key is absent is not shown: the proof was changed, or the key is there.",
    ),
    "not-in-results": (
        "该回执不在区块结果中。",
        "The receipt is not among the block's results.",
    ),
    "not-in-block": (
        "该指令不在区块中。",
        "The command is not in the block.",
    ),
}
"""Code → (Chinese, English). `{where}` is the place or the fact at fault."""


class Rejected(Exception):
    """What was asked to be proven is not.

    `code` is a key of `TEXTS`, `where` the place or fact at fault, `zh` and `en` what people read.
    """

    def __init__(self, code: str, where: str = "") -> None:
        zh, en = TEXTS[code]
        self.code = code
        self.where = where
        self.zh = zh.format(where=where)
        self.en = en.format(where=where)
        super().__init__(f"{code}: {self.zh} {self.en}")
