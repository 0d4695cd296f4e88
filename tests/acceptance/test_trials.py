"""Anyone may try a contract on facts he invents: its evaluator answers, nothing is kept."""

import pytest


def contract(town, name):
    return max(
        town.rows("auditor", "contracts_documents", name=name), key=lambda row: row["version"]
    )


def tried(town, contract_sha256, inputs):
    body = {"contract": contract_sha256, "inputs": inputs}
    return town.anyone.post("/api/trial", json=body)


def test_each_example_of_every_contract_comes_out_as_the_contract_says(town):
    height = town.loaded.node.engine.height
    counted = 0
    for row in town.rows("auditor", "contracts_documents"):
        for each in row["document"]["tests"][:8]:
            answer = tried(town, row["id"], each["inputs"]).json()
            assert answer["aborted"] is None
            assert answer["outputs"].items() >= each["outputs"].items()
            fired = [(said["node"], said["row"]) for said in answer["rows"]]
            assert fired == [(wanted["node"], wanted["row"]) for wanted in each["fires"]]
            assert all(said["zh"] and said["en"] for said in answer["rows"])
            counted += 1
    assert counted > 40
    assert town.loaded.node.engine.height == height


def test_facts_that_the_contract_cannot_take_are_told_and_judge_nothing(town):
    of = contract(town, "payment-levels")
    lawful = of["document"]["tests"][0]["inputs"]
    (amount,) = [name for name in lawful if name.startswith("amount")]
    for wrong in (
        {name: value for name, value in lawful.items() if name != amount},
        {**lawful, "invented": 1},
        {**lawful, amount: "much"},
        {**lawful, amount: True},
        {**lawful, amount: 10**30},
        {**lawful, amount: [1]},
    ):
        answer = tried(town, of["id"], wrong).json()
        assert answer["outputs"] is None
        assert answer["rows"] == []
        assert answer["aborted"]["zh"]
        assert answer["aborted"]["en"]


@pytest.mark.parametrize("inputs", [{"a": 1.5}, {"a": {"b": 1}}, {"a": None}, [1]])
def test_a_body_of_another_shape_is_refused(town, inputs):
    answer = tried(town, contract(town, "payment-levels")["id"], inputs)
    assert (answer.status_code, answer.json()["code"]) == (400, "GAT-10")


def test_a_body_that_is_too_large_is_refused(town):
    of = contract(town, "payment-levels")["id"]
    assert tried(town, of, {"a": "x" * 100_000}).status_code == 413


def test_a_contract_that_is_not_on_the_ledger_is_told(town):
    answer = tried(town, "0" * 64, {})
    assert (answer.status_code, answer.json()["code"]) == (404, "GAT-17")
    assert tried(town, "../secret", {}).status_code == 400
