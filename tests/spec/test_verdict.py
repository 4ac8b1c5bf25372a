from lensbus.spec.verdict import Ends

ENDS = Ends(["body", "lens", "body"])
OLD_BODY, OLD_LENS = "an old body with a new lens", "an old lens with a new body"


def test_who_says_more_than_it_did_fails_with_the_old_one_that_hears_it() -> None:
    assert ENDS.new_says("lens") == ENDS.wider("lens", wider=True) == (OLD_BODY,)
    assert ENDS.old_says("lens") == ENDS.wider("lens", wider=False) == (OLD_LENS,)


def test_both_are_each_side_once() -> None:
    assert ENDS.both == (OLD_LENS, OLD_BODY)


def test_a_role_without_a_peer_is_its_own() -> None:
    assert Ends(["lens"]).peer("lens") == "lens"
