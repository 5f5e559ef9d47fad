from accounts.written import as_written


def test_what_cannot_be_stored_is_left_out_and_line_ends_count_once():
    assert as_written(" One\x00\r\ntwo\t\ud800 three\x1b \r\n") == "One\ntwo\t three"
