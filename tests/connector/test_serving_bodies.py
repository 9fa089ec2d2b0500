"""A long request body waits in a file in which nobody else can read it."""

from hypothesis import given
from hypothesis import strategies as st
from waitress.adjustments import Adjustments

from connector.serving_bodies import Parser, SealedFile


@given(
    st.lists(st.binary(min_size=1, max_size=70), min_size=1, max_size=8),
    st.integers(0, 300),
    st.integers(0, 90),
)
def test_what_was_written_is_read_from_any_place(parts: list[bytes], start: int, count: int) -> None:
    whole = b"".join(parts)
    with SealedFile() as file:
        for part in parts:
            file.seek(0, 2)
            file.write(part)
        file.seek(start)
        assert file.read(count) == whole[start : start + count]
        assert file.tell() == max(start, min(start + count, len(whole)))


def test_a_body_that_is_too_long_for_memory_is_sealed_and_comes_whole() -> None:
    body = b"Zyx9Merkki;040 1234567\n" * 5000
    parser = Parser(Adjustments(inbuf_overflow=64 * 1024))
    data = b"POST /import HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    while data:
        data = data[parser.received(data[:8192]) :]
    file = parser.get_body_stream()
    assert isinstance(file, SealedFile)
    assert file.readall() == body
    file._file.seek(0)
    on_disk = file._file.read()
    assert len(on_disk) == len(body)
    assert b"Zyx9" not in on_disk
    parser.close()
