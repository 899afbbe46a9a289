"""The proxy settings that we tell people to use write no line about a respondent."""

import re

import pytest

from tests.architecture.repository import ROOT

SAMPLE = re.compile(r"```(caddyfile|nginx)\n(.*?)```", re.DOTALL)
QUIET = {
    "caddyfile": ("http.log.access", "http.log.error", "http.handlers.reverse_proxy"),
    "nginx": ("access_log off;", "error_log /dev/null crit;", "client_body_buffer_size 6m;"),
}
# Anything of these would write requests, or hand addresses on to Pulse.
LOUD = {
    "caddyfile": (r"^\s*log\s*\{", r"output ", r"header_up .*(remote|X-)"),
    "nginx": (
        r"access_log (?!off;)",
        r"error_log (?!/dev/null crit;)",
        r"\$remote_addr|\$proxy_add",
    ),
}


def samples(text: str) -> dict[str, str]:
    return dict(SAMPLE.findall(text))


def faults(kind: str, sample: str) -> list[str]:
    missing = [words for words in QUIET[kind] if words not in sample]
    return missing + [words for words in LOUD[kind] if re.search(words, sample, re.MULTILINE)]


def text() -> str:
    return (ROOT / "docs" / "operations.md").read_text()


def test_the_samples_are_quiet() -> None:
    found = samples(text())
    assert set(found) == set(QUIET)
    assert {kind: faults(kind, sample) for kind, sample in found.items()} == {
        kind: [] for kind in QUIET
    }


@pytest.mark.parametrize(
    ("kind", "quiet", "loud"),
    [
        ("nginx", "access_log off;", "access_log /var/log/nginx/pulse.log;"),
        ("nginx", "/dev/null crit", "/var/log/nginx/error.log"),
        (
            "nginx",
            "Host $host;",
            "Host $host;\n        proxy_set_header X-Forwarded-For $remote_addr;",
        ),
        ("nginx", "location / {", "location /issue {\naccess_log /tmp/log;"),
        ("caddyfile", "http.log.error ", ""),
        ("caddyfile", "reverse_proxy 127", "log {\n output file /tmp/log\n}\nreverse_proxy 127"),
    ],
)
def test_planted_loudness_is_noticed(kind: str, quiet: str, loud: str) -> None:
    sample = samples(text())[kind]
    assert quiet in sample
    assert faults(kind, sample.replace(quiet, loud)) != []
