"""What counts as an e-mail address."""

import pytest

from pulse.accounts.email_address import is_address, same_mailbox


@pytest.mark.parametrize(
    "address",
    ["ana@example.com", "a.b+c@mail.example.co", "o'neil@ex-ample.com", "x@1.example", "A_1@b.es"],
)
def test_addresses(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@example",
        "@example.com",
        "ana@",
        "ana@@example.com",
        "ana@exa mple.com",
        "ana@example..com",
        "ana@-example.com",
        ".ana@example.com",
        "an..a@example.com",
        "ana@example.com, ben@example.com",
        "Ana <ana@example.com>",
        "ana@example.com\nBcc: all@example.com",
        "ana@example.com\n",
        "añá@example.com",
        "ana@exämple.com",
        "a" * 250 + "@example.com",
    ],
)
def test_no_addresses(address: str) -> None:
    assert not is_address(address)


def test_capital_letters_do_not_make_another_mailbox() -> None:
    assert same_mailbox("Ana@Example.COM ") == "ana@example.com"
