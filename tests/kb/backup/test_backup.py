"""A backup is taken while everything runs and answers as the base did; what is none is refused."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from click.testing import CliRunner, Result

from index.analysis.korean import KoreanAnalyzer
from kb.access.tokens import mint
from kb.backup import make_backup, restore_backup
from kb.backup.archive import Manifest, digest_of, write_archive
from kb.backup.make import PREFIX
from kb.cli import main
from kb.errors import KbError, UsageError
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from kb.store import snapshot
from kb.store.database import MIGRATIONS, Database
from kb.store.tokens import TokenStore
from kb.views import SearchParams
from tests.servers import postgresql

ROOT = Path(__file__).parents[3]
QUERIES = (
    "전략물자", "우회수출 단속", "관세청", '"수출 통제"', "수출 -미국", "반도체 OR 배터리", "기관:관세청",
    "날짜:2024..2025", "산업부", "ㄱㅅㅊ", "상황허가", "대북 제재", "외교부 장관", "누가 수출을 막는가", "러시아",
    "무역안보", "FTA 원산지", "쀍쀍쀍", "관세쳥", "",
)  # fmt: skip
Answer = tuple[int, tuple[str, ...], dict[str, tuple[tuple[str, int], ...]]]


def answers(base: KnowledgeBase) -> dict[str, Answer]:
    """Ids in their order, totals and counts of filters of twenty queries."""
    assert len(QUERIES) == 20
    found = {query: base.search(SearchParams(q=query, per_page=50)) for query in QUERIES}
    return {
        query: (
            result.total,
            tuple(hit.post for hit in result.hits),
            {name: tuple((value.value, value.count) for value in values) for name, values in result.facets.items()},
        )
        for query, result in found.items()
    }


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, analyzer: KoreanAnalyzer) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(Settings(data_dir=tmp_path_factory.mktemp("filled") / "var"), analyzer) as base:
        base.ingest([ROOT / "data" / "posts"], "samples")
        yield base


@pytest.fixture(scope="module")
def backup(filled: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "kb.backup"
    make_backup(filled.settings, path)
    return path


@pytest.fixture
def kb(analyzer: KoreanAnalyzer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(KnowledgeBase, "analyzer", analyzer)

    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(main, list(map(str, words)))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def opened(data: Path, analyzer: KoreanAnalyzer, address: str | None = None) -> KnowledgeBase:
    return KnowledgeBase.open(Settings(data_dir=data, database_url=address), analyzer)


def test_restored_on_an_empty_folder_it_answers_twenty_queries_the_same(
    filled: KnowledgeBase, backup: Path, kb: Callable[..., Result], tmp_path: Path, analyzer: KoreanAnalyzer
) -> None:
    told = kb("--data-dir", tmp_path / "var", "restore", backup)
    assert told.exit_code == 0, told.stderr
    assert "글 54편을 되돌렸습니다" in told.stdout and "맞습니다" in told.stdout
    with opened(tmp_path / "var", analyzer) as restored:
        assert answers(restored) == answers(filled)
        post = restored.search(SearchParams(q="관세청")).hits[0].post
        assert restored.post(post) == filled.post(post)
        assert restored.original(post) == filled.original(post)
    assert backup.stat().st_mode & 0o777 == 0o600
    assert not list((tmp_path / "var").glob(".restore-*")) and not list(backup.parent.glob(".kb-backup-*"))


def test_taken_during_ingestion_reindexing_and_searches(backup: Path, tmp_path: Path, analyzer: KoreanAnalyzer) -> None:
    settings = Settings(data_dir=tmp_path / "busy")
    restore_backup(settings, backup)
    filled = opened(settings.data_dir, analyzer)
    filled.reindex()
    posts = tmp_path / "site" / "_posts"
    posts.mkdir(parents=True)
    stop, wrong = threading.Event(), []

    def write() -> None:
        number = 0
        with opened(filled.settings.data_dir, analyzer) as writer:
            while not stop.is_set():
                for _ in range(5):
                    number += 1
                    text = f"---\ntitle: 새 글 {number}\n---\n<p>관세청이 {number}번째로 단속한다.</p>\n"
                    (posts / f"2024-07-01-n{number}.md").write_text(text, encoding="utf-8")
                try:
                    writer.ingest([posts], "new")
                    writer.reindex()
                except Exception as error:
                    wrong.append(error)
                    return

    def search() -> None:
        while not stop.is_set():
            try:
                filled.search(SearchParams(q="관세청"))
            except Exception as error:
                wrong.append(error)
                return

    threads = [threading.Thread(target=write), threading.Thread(target=search)]
    for thread in threads:
        thread.start()
    try:
        reports = [make_backup(filled.settings, tmp_path / f"{number}.backup") for number in range(4)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        filled.close()
    assert wrong == []
    for number, report in enumerate(reports):
        data = tmp_path / f"restored-{number}"
        restore_backup(Settings(data_dir=data), report.path)
        with opened(data, analyzer) as restored:
            assert restored.count_posts() == report.posts
            assert restored.reindex().documents == report.posts
            assert restored.check().ok


# -- between databases ------------------------------------------------------------------------------


@pytest.mark.parametrize("_", [pytest.param("", marks=postgresql.MARKS)])
def test_to_postgresql_and_back(
    _: str,
    filled: KnowledgeBase,
    backup: Path,
    postgresql_address: str,
    tmp_path: Path,
    analyzer: KoreanAnalyzer,
) -> None:
    """The way to move a base from the one kind of database to the other."""
    moved = Settings(data_dir=tmp_path / "moved", database_url=postgresql_address)
    restore_backup(moved, backup)
    with pytest.raises(UsageError, match="--force"):
        restore_backup(moved, backup)
    restore_backup(moved, backup, force=True)
    with KnowledgeBase.open(moved, analyzer) as there:
        there.reindex()
        assert there.check().ok
        assert answers(there) == answers(filled)
        assert there.inspect().damages == ()
        extra = tmp_path / "site" / "_posts"
        extra.mkdir(parents=True)
        (extra / "2024-07-01-x.md").write_text("---\ntitle: 옮긴 뒤의 글\n---\n관세청.", encoding="utf-8")
        there.ingest([extra], "later")  # numbers go on where they were, and the index follows
        assert there.search(SearchParams(filters={"source": ("later",)})).total == 1
        make_backup(moved, tmp_path / "back.backup")
    restore_backup(Settings(data_dir=tmp_path / "home"), tmp_path / "back.backup")
    with opened(tmp_path / "home", analyzer) as home:
        home.reindex()
        assert home.check().ok
        assert home.count_posts() == 55
        post = home.search(SearchParams(q="전략물자")).hits[0].post
        assert home.post(post) == filled.post(post)
        (extra / "2024-07-02-y.md").write_text("---\ntitle: 돌아온 뒤의 글\n---\n관세청.", encoding="utf-8")
        home.ingest([extra], "later")
        assert home.search(SearchParams(filters={"source": ("later",)})).total == 2


# -- older and newer --------------------------------------------------------------------------------


def remade(backup: Path, target: Path, change: Callable[[Path], object], **manifest: object) -> Path:
    """The backup with its database changed, its sums put right: made by an older or newer program, or by an enemy."""
    with zipfile.ZipFile(backup) as archive:
        about = json.loads(archive.read("manifest.json"))
        database = target.with_suffix(".sqlite3")
        database.write_bytes(archive.read("kb.sqlite3"))
    change(database)
    about |= {"members": {"kb.sqlite3": digest_of(database)}, **manifest}
    write_archive(target, Manifest(**about), {"kb.sqlite3": database})
    return target


def test_a_backup_of_an_older_program_is_brought_up_to_date(
    backup: Path, tmp_path: Path, analyzer: KoreanAnalyzer
) -> None:
    def downgrade(path: Path) -> None:
        database = Database(f"sqlite:///{path}")
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, "0001")
        database.close()
        snapshot._settle(path)

    older = remade(backup, tmp_path / "older", downgrade)
    restore_backup(Settings(data_dir=tmp_path / "var"), older)
    with opened(tmp_path / "var", analyzer) as base:
        assert base.reindex().documents == 54
        assert base.check().ok


def execute(*statements: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with sqlite3.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return change


def overwrite(path: Path, start: int, length: int) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:start] + b"\xa5" * length + content[start + length :])


@pytest.mark.parametrize(
    ("change", "manifest", "told"),
    [
        (execute("UPDATE alembic_version SET version_num = '9999'"), {}, "더 새로운 판"),
        (execute(), {"format": 2}, "새 판으로 올린 뒤"),
        (execute("CREATE TRIGGER t AFTER INSERT ON posts BEGIN DELETE FROM posts; END"), {}, "트리거"),
        (execute("CREATE VIEW v AS SELECT 1"), {}, "뷰"),
        (execute("DROP TABLE mentions", "DROP TABLE posts"), {}, "지식베이스의 데이터베이스가 아닙니다"),
        (execute("DELETE FROM posts WHERE id = 1"), {}, "글의 수"),
        (lambda path: path.write_bytes(b"not a database" * 400), {}, "깨졌습니다"),
        (lambda path: overwrite(path, 8192, 90_000), {}, "깨졌"),
    ],
)  # fmt: skip
def test_a_database_that_is_not_ours_is_refused(
    backup: Path, tmp_path: Path, change: Callable[[Path], object], manifest: dict[str, object], told: str
) -> None:
    try:
        bad = remade(backup, tmp_path / "bad", change, **manifest)
        restore_backup(Settings(data_dir=tmp_path / "var"), bad)
    except KbError as error:
        assert told in str(error)
    else:
        pytest.fail("restored")
    assert not (tmp_path / "var").exists()


# -- archives that are none, or mean harm -----------------------------------------------------------


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(target: Path, content: dict[str, bytes], *more: tuple[zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
        for info, data in more:
            archive.writestr(info, data)
    return target


def linked(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def flipped(backup: Path) -> bytes:
    data = bytearray(backup.read_bytes())
    data[len(data) // 2] ^= 0xFF
    return bytes(data)


def bombed(backup: Path, target: Path) -> Path:
    content = members(backup)
    content["kb.sqlite3"] = b"\0" * 150_000_000
    about = json.loads(content["manifest.json"])
    about["members"]["kb.sqlite3"][0] = 150_000_000
    content["manifest.json"] = json.dumps(about).encode()
    return written(target, content)


def lying(backup: Path, target: Path) -> Path:
    """The list says less than is there, and so does the archive's own directory; the stream goes on."""
    content = members(backup)
    about = json.loads(content["manifest.json"])
    about["members"]["kb.sqlite3"][0] = 4096
    content["manifest.json"] = json.dumps(about).encode()
    written(target, content)
    size = struct.pack("<L", len(content["kb.sqlite3"]))
    data = target.read_bytes()
    assert size in data
    target.write_bytes(data.replace(size, struct.pack("<L", 4096)))
    return target


BAD: dict[str, Callable[[Path, Path], object]] = {
    "empty": lambda _, to: to.write_bytes(b""),
    "text": lambda _, to: to.write_text("백업이 아님", encoding="utf-8"),
    "cut": lambda backup, to: to.write_bytes(backup.read_bytes()[:-2000]),
    "half": lambda backup, to: to.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2]),
    "a flipped bit": lambda backup, to: to.write_bytes(flipped(backup)),
    "no manifest": lambda backup, to: written(to, {"kb.sqlite3": members(backup)["kb.sqlite3"]}),
    "manifest of nonsense": lambda backup, to: written(to, members(backup) | {"manifest.json": b"[1, {"}),
    "deep manifest": lambda backup, to: written(to, members(backup) | {"manifest.json": b"[" * 100_000}),
    "huge manifest": lambda backup, to: written(to, members(backup) | {"manifest.json": b" " * 300_000}),
    "other content": lambda backup, to: written(to, members(backup) | {"kb.sqlite3": b"x" * 100}),
    "outside": lambda backup, to: written(to, members(backup) | {"../../evil": b"x"}),
    "absolute": lambda backup, to: written(to, members(backup) | {"/tmp/evil": b"x"}),
    "outside in a folder": lambda backup, to: written(to, members(backup) | {"corrections/../evil.yaml": b"x"}),
    "an index": lambda backup, to: written(to, members(backup) | {"index/whoosh/x.toc": b"x"}),
    "not in the list": lambda backup, to: written(to, members(backup) | {"corrections/extra.yaml": b"x"}),
    "a link": lambda backup, to: written(to, members(backup), (linked("corrections/a.yaml"), b"/etc/passwd")),
    "a link for the database": lambda backup, to: written(
        to, {"manifest.json": members(backup)["manifest.json"]}, (linked("kb.sqlite3"), b"/etc/passwd")
    ),
    "many": lambda backup, to: written(to, members(backup) | {f"corrections/{n}.yaml": b"" for n in range(300)}),
    "a bomb": bombed,
    "a lie": lying,
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_whole_backup_is_refused_and_nothing_stays(
    backup: Path, tmp_path: Path, kb: Callable[..., Result], case: str
) -> None:
    bad = tmp_path / "bad.backup"
    BAD[case](backup, bad)
    with pytest.raises(UsageError, match=r"[가-힣]"):
        restore_backup(Settings(data_dir=tmp_path / "var"), bad)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.backup"]
    told = kb("--data-dir", tmp_path / "var", "restore", bad)
    assert told.exit_code == 2
    assert "Traceback" not in told.output
    left = {path.name for path in (tmp_path / "var").rglob("*")} if (tmp_path / "var").exists() else set()
    assert left <= {"audit.jsonl", "ingest.lock"}  # the log tells that it was tried


ESCAPE = "\x1b]0;pwned\x07\x1b[2J"


@pytest.mark.parametrize("name", ["created", "program", "database", "revision"])
@pytest.mark.parametrize("said", [ESCAPE, "2026-11-22\n2026", 7, None, "2026-99-99T00:00:00"])
def test_a_manifest_says_nothing_that_we_would_not_have_written(
    backup: Path, tmp_path: Path, kb: Callable[..., Result], name: str, said: object
) -> None:
    if name != "created" and said == "2026-99-99T00:00:00":
        said = "a b"
    about = json.loads(members(backup)["manifest.json"]) | {name: said}
    bad = written(tmp_path / "bad", members(backup) | {"manifest.json": json.dumps(about).encode()})
    told = kb("--data-dir", tmp_path / "var", "restore", bad)
    assert told.exit_code == 2 and "manifest.json" in told.stderr
    assert "\x1b" not in told.output


def test_names_in_an_archive_do_not_steer_a_terminal(backup: Path, tmp_path: Path, kb: Callable[..., Result]) -> None:
    bad = written(tmp_path / "bad", members(backup) | {f"corrections/{ESCAPE}\u202e.yaml": b"x"})
    told = kb("--data-dir", tmp_path / "var", "restore", bad)
    assert told.exit_code == 2
    assert "\x1b" not in told.output and "\u202e" not in told.output


def test_a_hostile_table_does_not_steer_a_terminal(backup: Path, tmp_path: Path, kb: Callable[..., Result]) -> None:
    change = execute(f"UPDATE alembic_version SET version_num = '{ESCAPE}'")
    told = kb("--data-dir", tmp_path / "var", "restore", remade(backup, tmp_path / "bad", change))
    assert told.exit_code == 2 and "\x1b" not in told.output


# -- tokens -----------------------------------------------------------------------------------------


@pytest.fixture
def guarded(backup: Path, tmp_path: Path) -> tuple[Settings, Path, str, str]:
    """A base with two tokens, its backup, and one of the tokens revoked since."""
    settings, path = Settings(data_dir=tmp_path / "guarded"), tmp_path / "with-tokens"
    restore_backup(settings, backup)
    stays, leaked = made_token(settings), made_token(settings)
    make_backup(settings, path)
    return settings, path, stays, leaked


def made_token(settings: Settings) -> str:
    now = dt.datetime.now(dt.UTC)
    token, _ = mint("시험", ("read",), now + dt.timedelta(days=9), now)
    with closing(Database(settings.database)) as database:
        TokenStore(database).add(token)
    return token.id


def valid(settings: Settings) -> set[str]:
    with closing(Database(settings.database)) as database:
        return {each.id for each in TokenStore(database).all() if each.valid(dt.datetime.now(dt.UTC))}


def test_a_restore_brings_no_token_back_to_life(guarded: tuple[Settings, Path, str, str], tmp_path: Path) -> None:
    settings, path, _, leaked = guarded
    with closing(Database(settings.database)) as database:
        TokenStore(database).revoke(leaked, dt.datetime.now(dt.UTC))
    for target in (settings, Settings(data_dir=tmp_path / "elsewhere")):
        report = restore_backup(target, path, force=True)
        assert valid(target) == set()
        assert any("토큰 2개는 폐지했습니다" in note for note in report.notes)


def test_tokens_kept_are_those_that_nobody_revoked_here(guarded: tuple[Settings, Path, str, str]) -> None:
    settings, path, stays, leaked = guarded
    with closing(Database(settings.database)) as database:
        TokenStore(database).revoke(leaked, dt.datetime.now(dt.UTC))
    report = restore_backup(settings, path, force=True, keep_tokens=True)
    assert valid(settings) == {stays}
    assert any("1개를 그대로" in note for note in report.notes) and any("1개는 폐지한 채로" in n for n in report.notes)


def test_what_was_revoked_is_known_without_the_base(
    guarded: tuple[Settings, Path, str, str], kb: Callable[..., Result]
) -> None:
    """The base is damaged, which is why somebody restores: the log knows."""
    settings, path, stays, leaked = guarded
    assert kb("--data-dir", settings.data_dir, "token", "revoke", leaked).exit_code == 0
    (settings.data_dir / "kb.sqlite3").write_bytes(b"gone" * 5_000)
    told = kb("--data-dir", settings.data_dir, "restore", "--force", "--keep-tokens", path)
    assert told.exit_code == 0, told.output
    assert valid(settings) == {stays}


def test_on_another_machine_tokens_are_kept_if_asked(guarded: tuple[Settings, Path, str, str], tmp_path: Path) -> None:
    target = Settings(data_dir=tmp_path / "elsewhere")
    restore_backup(target, guarded[1], keep_tokens=True)
    assert valid(target) == {*guarded[2:]}


# -- what is there is not lost ----------------------------------------------------------------------


def test_a_file_is_never_overwritten_unasked(filled: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text("mine")
    with pytest.raises(UsageError, match="--overwrite"):
        make_backup(filled.settings, path)
    assert path.read_text() == "mine"
    make_backup(filled.settings, path, overwrite=True)
    assert zipfile.is_zipfile(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept"]


def test_a_filled_folder_is_refused_and_with_force_moved_aside(
    backup: Path, tmp_path: Path, analyzer: KoreanAnalyzer
) -> None:
    posts = tmp_path / "site" / "_posts"
    posts.mkdir(parents=True)
    (posts / "2024-07-01-x.md").write_text("---\ntitle: 있던 글\n---\n관세청.", encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "var")
    with opened(settings.data_dir, analyzer) as base:
        base.ingest([posts])
        with pytest.raises(UsageError, match="--force"):
            restore_backup(settings, backup)
        assert base.search(SearchParams(q="있던")).total == 1
    report = restore_backup(settings, backup, force=True)
    with opened(settings.data_dir, analyzer) as base:
        base.reindex()
        assert base.count_posts() == 54
    assert report.aside is not None
    with opened(report.aside, analyzer) as before:
        assert before.search(SearchParams(q="있던")).total == 1


def test_what_another_laid_beside_a_backup_is_left_alone(filled: KnowledgeBase, tmp_path: Path) -> None:
    """In a folder that many write to, a link of the name that we sweep leads elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lock").write_text("theirs")
    os.utime(elsewhere, (0, 0))
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / f"{PREFIX}x").symlink_to(elsewhere)
    make_backup(filled.settings, shared / "kb.backup")
    assert (elsewhere / "lock").read_text() == "theirs"


def test_nothing_to_back_up_and_no_place_are_told(tmp_path: Path, filled: KnowledgeBase) -> None:
    with pytest.raises(UsageError, match="데이터베이스가 없습니다"):
        make_backup(Settings(data_dir=tmp_path / "none"), tmp_path / "x")
    with pytest.raises(UsageError, match="없습니다"):
        make_backup(filled.settings, tmp_path / "nowhere" / "x")
    assert list(tmp_path.glob("x*")) == []


def test_corrections_that_differ_are_laid_ready(filled: KnowledgeBase, tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.mkdir()
    theirs.mkdir()
    (mine / "a.yaml").write_text("- do: hide\n")
    (mine / "b.yaml").write_text("same\n")
    (theirs / "b.yaml").write_text("same\n")
    make_backup(filled.settings, tmp_path / "b", corrections=mine)
    report = restore_backup(Settings(data_dir=tmp_path / "var"), tmp_path / "b", corrections=theirs)
    (note,) = [note for note in report.notes if "corrections" in note]
    assert "a.yaml" in note
    assert (tmp_path / "var" / "from-backup" / "corrections" / "a.yaml").read_text() == "- do: hide\n"


def test_a_damaged_base_is_not_backed_up(filled: KnowledgeBase, tmp_path: Path) -> None:
    data = tmp_path / "var"
    data.mkdir()
    snapshot.take(Database(filled.settings.database), data / "kb.sqlite3")
    overwrite(data / "kb.sqlite3", 8192, 60_000)
    with pytest.raises(KbError, match="깨졌습니다"):
        make_backup(Settings(data_dir=data), tmp_path / "x")
    assert not (tmp_path / "x").exists()
