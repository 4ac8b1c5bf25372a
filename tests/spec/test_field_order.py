from dataclasses import replace

from lensbus.spec.field_order import check_fields
from lensbus.spec.fields import Field
from lensbus.spec.node import Node, Problems, Section, Where
from tests.zoo import zoo

ZOO = zoo().messages
LIMIT = "only the last field of a message can take the rest"
REST = replace(ZOO["counted"].fields[3], name="a", count=None)


def told(*fields: Field) -> list[str]:
    """What is wrong with where each field stands."""
    problems = Problems()
    node = Node(Where("spec.yaml", 1, 1), {})
    check_fields([(field, Section(node, field.name, problems)) for field in fields], inner=False)
    return [problem.text for problem in problems.found]


def test_only_fields_that_some_version_has_together_meet() -> None:
    early, late = replace(REST, name="a", versions=range(1, 3)), replace(REST, name="b")

    assert told(early, replace(late, versions=range(3, 9))) == []
    assert told(early, replace(late, versions=range(2, 9))) == [f"a.type: {LIMIT}"]


def test_a_count_is_a_field_that_some_version_has_together_with_what_it_counts() -> None:
    fields = {field.name: field for field in ZOO["counted"].fields}
    counted = next(field for field in fields.values() if field.count == "n")
    count = fields["n"]
    early = replace(count, versions=range(1, 3))

    assert told(early, replace(counted, versions=range(1, 3))) == []
    assert told(early, replace(counted, versions=range(3, 9))) == [
        f"{counted.name}.count: no field {count.name!r} before this one (known: none)"
    ]


def test_an_optional_field_is_told_with_the_nearest_that_it_stands_before() -> None:
    plain = replace(ZOO["counted"].fields[0], versions=range(1, 9))
    maybe = replace(plain, name="maybe", optional=True, versions=range(1, 3))
    late, far = replace(plain, name="late", versions=range(3, 9)), replace(plain, name="far")

    assert told(maybe, late) == []
    (text,) = told(maybe, late, replace(far, name="near"), far)

    assert text == (
        "maybe.optional: only the last fields can be, and near after it is not: "
        "make that optional too, or put this one last"
    )


def test_as_many_fields_as_a_file_could_hold_are_looked_at_once_each() -> None:
    """Each in versions of its own; it takes minutes where each is held to all others."""
    fields = [replace(REST, name=f"f{n}", versions=range(1 + n, 9 + n)) for n in range(20_000)]

    assert told(*fields)[-1].startswith("and 19899 more")
