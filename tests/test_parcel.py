"""The file of a backup says of itself whether it is whole: a changed byte and a missing end are found, by name."""

import re
import tarfile

import pytest

from pmo.backup import parcel
from pmo.backup.parcel import Broken, Writer, look_through

FACTS = {"revision": "0001", "rows": {"public.person": 2}}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "pmo.backup"
    with path.open("w+b") as out:
        writer = Writer(out)
        writer.add(parcel.DUMP, [b"PGDMP", bytes(range(256)) * 3])
        writer.add(parcel.SETTINGS, [b"PMO_COUNTRY=BE\n"])
        writer.finish(FACTS)
    return path


def complaint(path):
    with pytest.raises(Broken) as problem:
        look_through(path)
    return str(problem.value)


def test_a_whole_file_gives_its_manifest_and_its_parts(file):
    found = look_through(file)

    assert list(found.parts) == [parcel.MARK, parcel.DUMP, parcel.SETTINGS, parcel.MANIFEST]
    assert {name: found.manifest[name] for name in FACTS} == FACTS
    assert found.text(parcel.SETTINGS) == "PMO_COUNTRY=BE\n"


def test_it_is_a_tar_that_other_programs_open(file):
    with tarfile.open(file) as opened:
        assert opened.getnames() == [parcel.MARK, parcel.DUMP, parcel.SETTINGS, parcel.MANIFEST, parcel.SEAL]
        assert opened.extractfile(parcel.DUMP).read() == b"PGDMP" + bytes(range(256)) * 3


def test_every_changed_byte_is_found(file):
    whole = file.read_bytes()
    unseen = []
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            look_through(file)
            unseen.append(at)
        except Broken:
            pass

    assert unseen == []


def test_every_missing_end_is_found(file):
    whole = file.read_bytes()
    unseen = []
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        try:
            look_through(file)
            unseen.append(size)
        except Broken as problem:
            if size > parcel.BLOCK and not str(problem).startswith(f"truncated at byte {size}: "):
                unseen.append(size)

    assert unseen == []


@pytest.mark.parametrize("name", [parcel.DUMP, parcel.SETTINGS, parcel.MANIFEST])
def test_the_changed_part_is_named(file, name):
    part, whole = look_through(file).parts[name], bytearray(file.read_bytes())
    whole[part.start + part.size // 2] ^= 0x20
    file.write_bytes(whole)

    assert complaint(file) == f"altered: {name}"


def test_a_cut_says_where_and_what_is_missing(file):
    part, whole = look_through(file).parts[parcel.DUMP], file.read_bytes()
    file.write_bytes(whole[: part.start + 100])

    assert complaint(file) == f"truncated at byte {part.start + 100}: {parcel.DUMP} goes on to byte {part.start + part.size}"


def test_something_added_at_the_end_is_found(file):
    file.write_bytes(file.read_bytes() + b"\0")

    assert complaint(file) == f"altered: {parcel.SEAL}"


@pytest.mark.parametrize("content", [b"", b"Dear mother", b"PK\3\4" * 1000, b"PGDMP and more"])
def test_another_file_is_no_backup(tmp_path, content):
    (tmp_path / "letter").write_bytes(content)

    assert complaint(tmp_path / "letter") == "this is no backup of pmo"


def test_a_newer_format_is_said_to_be_newer(tmp_path, monkeypatch):
    monkeypatch.setattr(parcel, "FORMAT", 2)
    with (tmp_path / "newer").open("w+b") as out:
        Writer(out).finish(FACTS)
    monkeypatch.undo()

    assert re.fullmatch(r"it was made by a newer version of pmo, in format 2; .*", complaint(tmp_path / "newer"))


def test_a_part_of_many_gibibytes_has_its_length_in_its_head():
    head = parcel.header(parcel.DUMP, 90 << 30)

    assert (len(head), tarfile.TarInfo.frombuf(head, "utf-8", "strict").size) == (512, 90 << 30)
