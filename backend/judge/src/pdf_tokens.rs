//! Whether all readers take the same bytes for the object at the beginning of a text.

use crate::pdf_objects::is_regular;

/// Whether the object has, outside its strings and comments, bytes some readers skip and others take for a part of a name:
/// 0x80 and 0xFF, which are blanks to PDFium, control characters, braces. A name would end there for the one and go on for
/// the other. What follows a dictionary or an array that has ended, or the word `endobj`, is not looked at: there the
/// content of a stream stands, or the rest of the file.
pub(crate) fn has_doubtful(mut text: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut before = b' ';
    while let Some((byte, rest)) = text.split_first() {
        if depth == 0 && !is_regular(before) && text.starts_with(b"endobj") {
            return false;
        }
        text = rest;
        match byte {
            0x00..=0x08 | 0x0B | 0x0C | 0x0E..=0x1F | 0x7F | 0x80 | 0xFF | b'{' | b'}' => return true,
            b'%' => text = after_comment(rest),
            b'(' => text = after_string(rest),
            b'<' if rest.starts_with(b"<") => (depth, text) = (depth + 1, rest.get(1..).unwrap_or_default()),
            b'>' if rest.starts_with(b">") => match depth {
                0 | 1 => return false,
                _ => (depth, text) = (depth - 1, rest.get(1..).unwrap_or_default()),
            },
            b'[' => depth += 1,
            b']' if depth < 2 => return false,
            b']' => depth -= 1,
            _ => {}
        }
        before = *byte;
    }
    false
}

fn after_comment(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    end.and_then(|end| text.get(end..)).unwrap_or_default()
}

/// Behind the parenthesis that closes; those within are paired or escaped.
fn after_string(text: &[u8]) -> &[u8] {
    let mut depth = 1_usize;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return bytes.as_slice();
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::has_doubtful;

    #[test]
    fn bytes_that_are_blank_to_some_are_doubtful_where_names_stand() {
        for text in [
            b"<< /JS\x80(app.alert) >>".as_slice(),
            b"<< /A << /B 1 >> /JS\xFF(x) >>",
            b"<< /A <48> /JS\x80(x) >>",
            b"<< /A <</B <48>>> /JS\x80(x) >>",
            b"<< /A (\\) \\( ()) /JS\x80(x) >>",
            b"<< % >> \r /JS\x80(x) >>",
            b"/JavaScript\x80 endobj",
            b"/Rendobj\x80 endobj",
            b"% endobj \n /JavaScript\x80 endobj",
            b"5 0\x80R endobj",
            b"<< /JavaScript{ 1 >>",
            b"<< /JS\0(x) >>",
        ] {
            assert!(has_doubtful(text), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn strings_comments_and_streams_hold_any_bytes() {
        for text in [
            b" << /Title (\xFE\xFF\0A\x80) /ID [<48> (\x80)] % \x80\n /N#80 1 >> stream \x80\xFF\0"
                .as_slice(),
            b"[ /A [ 1 ] << /B 2 >> ] \x80",
            b"(a\x80b) endobj \x80",
            b"12 endobj xref \x80",
            b"<< /\xD4\xEE\xED\xF2 1 >>",
        ] {
            assert!(!has_doubtful(text), "{}", text.escape_ascii());
        }
    }
}
