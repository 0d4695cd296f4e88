def tables(http):
    answer = http.get("/api/classifications")
    assert answer.status_code == 200
    return answer.json()


def test_a_class_stands_below_its_parent_in_each_table(http):
    for name, rows in tables(http)["tables"].items():
        codes = {row["code"] for row in rows}
        assert len(codes) == len(rows) > 50, name
        assert all(row["parent"] in codes for row in rows if row["parent"]), name


def test_a_class_names_what_it_is_and_what_that_rests_on(http):
    (found,) = [row for row in tables(http)["tables"]["function"] if row["code"] == "2100212"]
    assert found == {
        "code": "2100212",
        "name_zh": "康复医院",
        "name_en": "",
        "parent": "21002",
        "evidence": "recalled_unverified",
    }


def test_the_crosswalk_leads_from_the_department_class_to_the_governments(http):
    found = [
        row["government_code"]
        for row in tables(http)["crosswalk"]
        if (row["unit_kind"], row["department_code"]) == ("institution", "31003")
    ]
    assert found == ["50601"]


def test_everybody_may_read_them_and_a_browser_keeps_them(http):
    answer = http.get("/api/classifications")
    assert answer.headers["cache-control"] == "public, max-age=3600"
