"""A server that wants to know who answered: it gives one person keys of their own.

It stands between a client and the real application and changes what it likes on the way. What it
would learn from: a key that one person alone was given names that person on the ballot.
"""

import json
import random
from dataclasses import dataclass, field
from typing import Any

import gmpy2
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pulse.credentials.message import to_base64url
from pulse.notices.notice import canonical, key_digest, text_digest
from tests.clients.respondent import Server, read_page


def tagging_keys(count: int, bits: int = 2048, exponent: int = 65537) -> list[bytes]:
    """Return different RSA public keys, from few primes: nobody needs the private halves here."""
    chance = random.Random(7)
    primes: list[int] = []
    while len(primes) * (len(primes) - 1) // 2 < count:
        start = chance.getrandbits(bits // 2) | 3 << bits // 2 - 2
        primes.append(int(gmpy2.next_prime(start)))
    moduli = [p * q for i, p in enumerate(primes) for q in primes[:i]][:count]
    return [
        rsa.RSAPublicNumbers(exponent, n)
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for n in moduli
    ]


@dataclass
class HostileServer:
    """Gives the first group `key`.

    Attributes
    ----------
    forges
        "page": the key stands on the page only. "notice": in a notice of the person's own as well.
        "correction": in a false correction of the true notice.
    posts
        What reached /issue and /submit.
    """

    honest: Server
    key: bytes
    forges: str = "page"
    posts: list[Any] = field(default_factory=list)

    def get(self, path: str) -> str:
        text = self.honest.get(path)
        if path.startswith("/s/") and not path.endswith(".js"):
            return self._page(text)
        if path.startswith("/notice/") and self.forges != "page" and len(path) < 60:
            return self._notice(text)
        return text

    def post(self, path: str, content: Any) -> tuple[int, Any]:
        self.posts.append((path, content))
        return self.honest.post(path, content)

    def _page(self, html: str) -> str:
        group = read_page(html)["groups"]["first"]
        forged = html.replace(group["spki"], to_base64url(self.key))
        return forged.replace(group["kid"], key_digest(self.key))

    def _notice(self, text: str) -> str:
        content = json.loads(text)
        content["groups"]["first"]["issuance"] = key_digest(self.key)
        if self.forges == "correction":
            first = text_digest(text)
            content |= {"corrects": first, "previous": first, "number": 2, "reasons": ["program"]}
        return canonical(content)
