"""What an attacker who holds everything can lay beside each other for one group of one wave."""

import datetime as dt
import uuid
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.attack.house import Cast, WaveCourse
from bench.attack.matching import Order
from bench.attack.plants import COLUMNS, table_of
from bench.attack.stores import Backup, Row, spellings
from pulse.credentials.envelope_key import EnvelopePrivateKey
from pulse.credentials.message import label
from pulse.responses.sealing import UnopenableError, unseal


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Orders of persons, of kept answers, and of sealed ballots; the truth is only for scoring."""

    persons: dict[str, Order]
    answers: dict[str, Order]
    sealed: dict[str, Order]
    mark_of: dict[Hashable, Hashable]
    ballot_of: dict[Hashable, Hashable]


@dataclass(frozen=True, kw_only=True)
class Copies:
    """Everything that was taken from a store during one wave."""

    nights: list[Backup]  # the last one just before the close
    after_count: Backup
    final: Backup
    wal_places: dict[bytes, float]
    final_wal: bytes = field(repr=False)


def needles_of(course: WaveCourse, last: Backup) -> list[bytes]:
    """Return the bytes whose places in the write-ahead log tell an order."""
    marks = [cast.mark.encode() for cast in course.casts]
    hashes = [cast.token_hash for cast in course.casts]
    return marks + hashes + [bytes(r.values["blinded_hash"]) for r in last.rows["invitations"]]


def remnants(course: WaveCourse, last: Backup, files: Iterable[bytes]) -> dict[str, int]:
    """Count what must be gone from the live files: sealed ballots, token hashes, invitations."""
    content = list(files)

    def count(needles: Iterable[tuple[bytes, ...]]) -> int:
        return sum(any(n in part for n in names for part in content) for names in needles)

    ids = [_uuid(row.values["id"]) for row in last.rows["invitations"] if is_of(row, course)]
    ballots = [row for row in last.rows["ballots"] if is_of(row, course)]
    return {
        "sealed ballots": count((bytes(row.values["sealed"])[65:165],) for row in ballots),
        "token hashes": count((bytes(row.values["token_hash"]),) for row in ballots),
        "invitations": count(spellings(identifier) for identifier in ids),
    }


def gather(
    course: WaveCourse, copies: Copies, key_dir: Path, plants: tuple[str, ...]
) -> list[Evidence]:
    """Return the evidence of each group of a wave that was released."""
    opened = _opened(course, copies.nights[-1], key_dir)
    return [
        Evidence(
            persons=_persons(casts, copies),
            answers=_answers(course, code, copies, plants, opened),
            sealed=_sealed_orders(course, code, copies),
            mark_of={cast.invitation_id: cast.mark for cast in casts},
            ballot_of={cast.invitation_id: cast.token_hash for cast in casts},
        )
        for code, casts in course.groups.items()
    ]


def _persons(casts: list[Cast], copies: Copies) -> dict[str, Order]:
    last = copies.nights[-1]
    rows = {_uuid(row.values["id"]): row for row in last.rows["invitations"]}
    used = {cast.invitation_id: rows[cast.invitation_id] for cast in casts}
    blinded = {name: bytes(row.values["blinded_hash"]) for name, row in used.items()}
    log = {n: copies.wal_places[b] for n, b in blinded.items() if b in copies.wal_places}
    raw = last.tables_bytes["invitations"]
    orders = {
        "watched in person": Order(
            keys={c.invitation_id: c.submitted_at for c in casts}, axis="clock", is_outside=True
        ),
        "invitation in the log": Order(keys=log, axis="wal"),
        "invitation in its file": Order(keys={n: raw.find(b) for n, b in blinded.items()}),
        "first backup with it used": Order(keys=_first_night(used, copies), axis="night"),
        "mail job": Order(keys=_mail_jobs(used, copies)),
    }
    orders |= {
        f"invitation's {name}": Order(
            keys={n: row.hidden[name] for n, row in used.items()}, axis=name
        )
        for name in next(iter(used.values())).hidden
    }
    return orders | _columns("invitation's", used)


def _columns(whose: str, rows: Mapping[Hashable, Row]) -> dict[str, Order]:
    """Return the order by each column that is there, whatever it is: also one added tomorrow."""
    names = list(next(iter(rows.values())).values)
    return {
        f"{whose} column {name}": Order(
            keys={key: as_number(row.values[name]) for key, row in rows.items()}
        )
        for name in names
    }


def as_number(value: object) -> float:
    """Return a value by which rows can be put in the order that a database would give them."""
    if isinstance(value, dt.datetime):
        return value.timestamp()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, uuid.UUID):
        return as_number(value.bytes)
    if isinstance(value, bytes | memoryview):
        return float(int.from_bytes(bytes(value)[:6].ljust(6, b"\0")))
    return 0.0 if value is None else as_number(str(value).encode())


def _first_night(used: dict[uuid.UUID, Row], copies: Copies) -> dict[Hashable, float]:
    """Return the first backup in which each invitation is used."""
    found: dict[Hashable, float] = {}
    for night, backup in enumerate(copies.nights):
        for row in backup.rows["invitations"]:
            name = _uuid(row.values["id"])
            if row.values["is_issued"] and name in used:
                found.setdefault(name, night)
    return found


def _mail_jobs(used: dict[uuid.UUID, Row], copies: Copies) -> dict[Hashable, float]:
    found: dict[Hashable, float] = {}
    for place, row in enumerate(copies.nights[0].rows["outbox"]):
        name = str(row.values["idempotency_key"]).rpartition(":")[2]
        with suppress(ValueError):
            found[uuid.UUID(name)] = row.hidden.get("rowid", row.hidden.get("ctid", float(place)))
    return {name: found[name] for name in used if name in found}


def _answers(
    course: WaveCourse,
    code: str,
    copies: Copies,
    plants: tuple[str, ...],
    opened: dict[bytes, bytes],
) -> dict[str, Order]:
    orders = {}
    for when, backup in (("after the count", copies.after_count), ("at the end", copies.final)):
        rows = [r for r in backup.rows["comments"] if is_of(r, course, code)]
        if not rows:
            continue
        marks = {str(r.values["text"]).split()[0]: r for r in rows}
        orders |= _physical(f"comment {when}", marks, backup.tables_bytes["comments"])
        orders |= _columns(f"comment {when},", marks)
        by_id = sorted(marks, key=lambda mark: bytes(marks[mark].values["id"]))
        orders[f"comment {when}, by id"] = Order(keys={m: n for n, m in enumerate(by_id)})
        for name, order in _hash_scan(course, code, copies, by_id).items():
            orders[f"comment {when}, {name}"] = order
    orders |= _logged("comment", [c.mark for c in course.groups[code]], copies)
    sealed = _sealed_orders(course, code, copies)
    for name, order in sealed.items():
        keys = {opened[h].decode(): at for h, at in order.keys.items() if h in opened}
        if keys:
            orders[f"opened with a kept key, {name}"] = Order(keys=keys, axis=order.axis)
    for plant in plants:
        if plant in COLUMNS:
            orders |= _planted(plant, course, code, copies, sealed)
    return orders


def _physical(name: str, rows: dict[str, Row], raw: bytes) -> dict[str, Order]:
    places = {mark: raw.find(mark.encode()) for mark in rows}
    orders = {
        f"{name}, in the file": Order(keys=places),
        f"{name}, in its page": Order(keys={m: p % 4096 for m, p in places.items()}),
    }
    for hidden in next(iter(rows.values())).hidden:
        keys = {mark: row.hidden[hidden] for mark, row in rows.items()}
        orders[f"{name}, {hidden}"] = Order(keys=keys, axis=hidden)
    return orders


def _logged(name: str, marks: list[str], copies: Copies) -> dict[str, Order]:
    places = {m: copies.wal_places[m.encode()] for m in marks if m.encode() in copies.wal_places}
    return {f"{name} in the log": Order(keys=places, axis="wal")} if places else {}


def _hash_scan(course: WaveCourse, code: str, copies: Copies, by_id: list[str]) -> dict[str, Order]:
    """If the count read the ballots in the order of storage: comment n is ballot n of a backup."""
    rows = [r for r in copies.nights[-1].rows["ballots"] if is_of(r, course, code)]
    by_hash = sorted(rows, key=lambda row: bytes(row.values["token_hash"]))
    by_place = sorted(rows, key=lambda row: row.hidden.get("ctid", 0.0))
    orders = {}
    for how, ranked in (("as the hashes", by_hash), ("as the ballots' places", by_place)):
        for name, order in _sealed_orders(course, code, copies).items():
            keys = {}
            for place, mark in enumerate(by_id):
                hashed = bytes(ranked[place * len(ranked) // len(by_id)].values["token_hash"])
                if hashed in order.keys:
                    keys[mark] = order.keys[hashed]
            orders[f"{how}, {name}"] = Order(keys=keys, axis=order.axis)
    return orders


def _sealed_orders(course: WaveCourse, code: str, copies: Copies) -> dict[str, Order]:
    """When each sealed ballot came, as the last backup and the logs tell."""
    last = copies.nights[-1]
    rows = {
        bytes(r.values["token_hash"]): r for r in last.rows["ballots"] if is_of(r, course, code)
    }
    raw = last.tables_bytes["ballots"]
    log = {h: copies.wal_places[h] for h in rows if h in copies.wal_places}
    nights: dict[Hashable, float] = {}
    for night, backup in enumerate(copies.nights):
        for row in backup.rows["ballots"]:
            nights.setdefault(bytes(row.values["token_hash"]), night)
    places = {hashed: raw.find(hashed) for hashed in rows}
    orders = {
        "ballot in the log": Order(keys=log, axis="wal"),
        "ballot's first backup": Order(keys={h: nights[h] for h in rows}, axis="night"),
        "ballot in its page": Order(keys={h: place % 4096 for h, place in places.items()}),
    }
    for hidden in next(iter(rows.values())).hidden:
        keys = {hashed: row.hidden[hidden] for hashed, row in rows.items()}
        orders[f"ballot's {hidden}"] = Order(keys=keys, axis=hidden)
    return orders


def _planted(
    plant: str, course: WaveCourse, code: str, copies: Copies, sealed: dict[str, Order]
) -> dict[str, Order]:
    table = table_of(plant)
    wave = str(course.wave.id)
    rows = {
        str(r.values["mark"]): r
        for r in copies.final.rows[table]
        if r.values["wave"] == wave and r.values["group_code"] == code
    }
    name = f"planted {plant}"
    if plant == "token hash":
        return {
            f"{name}, {how}": Order(
                keys={
                    m: order.keys[h]
                    for m, r in rows.items()
                    if (h := bytes(r.values["token_hash"])) in order.keys
                },
                axis=order.axis,
            )
            for how, order in sealed.items()
        }
    column: Callable[[Row], float] = {
        "created_at": lambda row: float(row.values["created_at"]),
        "serial id": lambda row: float(row.values["serial"]),
        "WAL kept": lambda _row: 0.0,
    }[plant]
    orders = {
        name: Order(
            keys={mark: column(row) for mark, row in rows.items()},
            axis="clock" if plant == "created_at" else "",
        )
    }
    return _logged(name, list(rows), copies) if plant == "WAL kept" else orders


def _opened(course: WaveCourse, last: Backup, key_dir: Path) -> dict[bytes, bytes]:
    """Open the sealed ballots of a backup with every key that is still there; hash -> mark."""
    found: dict[bytes, bytes] = {}
    for path in sorted(key_dir.rglob("*.pem")):
        try:
            key = EnvelopePrivateKey.from_pem(path.read_bytes())
        except (ValueError, TypeError):
            continue
        for row in last.rows["ballots"]:
            code, hashed = row.values["group_code"], bytes(row.values["token_hash"])
            bound_to = label(str(course.wave.id), code, course.keys.issuance[code].kid)
            with suppress(UnopenableError):
                body = unseal(key, bound_to, hashed, bytes(row.values["sealed"]))
                found[hashed] = body[body.index(b"mark") :][:20]
    return found


def is_of(row: Row, course: WaveCourse, code: str | None = None) -> bool:
    """Whether a row belongs to a wave, and to one group of it."""
    is_wave = _uuid(row.values["wave_id"]) == course.wave.id
    return is_wave and code in (None, row.values["group_code"])


def _uuid(value: object) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
