//! PDF files: read strictly, never changed. What can act when it is opened is refused, wherever it stands.

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use memchr::memmem;

use crate::inspect::Refusal;
use crate::pdf_objects::{Objects, space_less_end, unusual};

/// Bytes one cross-reference stream may unpack to.
const STREAM: usize = 4 * 1024 * 1024;
/// Pages of a file of 5 MB, at most.
const PAGES: usize = 5_000;

/// Dictionary keys that carry scripts, actions on events, files, dynamic forms, players.
const ACTIVE_KEYS: [&[u8]; 8] =
    [b"JS", b"JavaScript", b"AA", b"EmbeddedFiles", b"EF", b"XFA", b"RichMediaContent", b"RichMediaSettings"];
/// Actions that do more than move within the document or open an address after a question.
const ACTIVE_ACTIONS: [&[u8]; 13] = [
    b"JavaScript",
    b"Launch",
    b"GoToE",
    b"GoToR",
    b"SubmitForm",
    b"ImportData",
    b"Rendition",
    b"Movie",
    b"Sound",
    b"GoTo3DView",
    b"RichMediaExecute",
    b"Thread",
    b"Trans",
];
/// Addresses a link may lead to; what names no scheme is one of the others, or leads nowhere.
const ADDRESSES: [&[u8]; 4] = [b"http:", b"https:", b"mailto:", b"tel:"];
/// Annotations and objects that play or carry something.
const ACTIVE_KINDS: [&[u8]; 6] =
    [b"RichMedia", b"Screen", b"Movie", b"3D", b"FileAttachment", b"EmbeddedFile"];

/// The number of pages of a file that may be kept.
///
/// # Errors
/// `file_broken`, `file_unusual`, `pdf_encrypted`, `pdf_active`.
pub(crate) fn judge(content: &[u8]) -> Result<usize, Refusal> {
    ensure_framed(content)?;
    let objects = Objects::read(content)?;
    if objects.iter().any(|object| acts(object, &objects)) {
        return Err(Refusal::new("pdf_active"));
    }
    drop(objects);
    let document = load(content)?;
    match document.page_iter().take(PAGES + 1).count() {
        0 => Err(Refusal::new("file_broken")),
        pages if pages > PAGES => Err(unusual()),
        pages => Ok(pages),
    }
}

/// From the first byte to the last it is a PDF file, and nothing else to other programs.
fn ensure_framed(content: &[u8]) -> Result<(), Refusal> {
    const END: &[u8] = b"%%EOF";
    if !content.starts_with(b"%PDF-") {
        return Err(unusual());
    }
    match memmem::rfind(content, END) {
        None => Err(Refusal::new("file_broken")),
        Some(at) if space_less_end(content).len() == at + END.len() => Ok(()),
        Some(_) => Err(unusual()),
    }
}

/// Reads the file as readers do, by its table. Small faults that no reader minds are forgiven: what could act has been
/// looked for without it. A table that had to be made up is not, since readers make up different ones.
fn load(content: &[u8]) -> Result<Document, Refusal> {
    let options =
        LoadOptions { max_decompressed_size: Some(STREAM), filter: Some(shed), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(content, options).map_err(|error| match error {
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword => Refusal::new("pdf_encrypted"),
        _ => unusual(),
    })?;
    if document.xref_recovery.is_some() {
        return Err(unusual());
    }
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Refusal::new("pdf_encrypted"));
    }
    Ok(document)
}

/// Forgets what pictures and pages hold: only the tree of pages is walked, and the file is in memory already.
/// What comes out of an object stream is taken from the answer, what stands in the file itself from the place.
fn shed(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object
        && !stream.dict.has_type(b"ObjStm")
    {
        // An empty one would be read once more.
        stream.content = vec![0];
    }
    Some((id, object.clone()))
}

/// Whether the object, or anything inside it, is active. Objects it refers to are looked at by themselves.
fn acts(object: &Object, objects: &Objects) -> bool {
    let mut waiting = vec![object];
    while let Some(object) = waiting.pop() {
        match object {
            Object::Dictionary(fields) if is_active(fields, objects) => return true,
            Object::Dictionary(fields) => waiting.extend(fields.iter().map(|(_, value)| value)),
            Object::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
    false
}

fn is_active(fields: &Dictionary, objects: &Objects) -> bool {
    let named = |key: &[u8], names: &[&[u8]]| {
        let mut meanings = fields.get(key).ok().into_iter().flat_map(|value| objects.meanings(value));
        meanings.any(|value| value.as_name().is_ok_and(|name| names.contains(&name)))
    };
    fields.iter().any(|(key, _)| ACTIVE_KEYS.contains(&key.as_slice()))
        || named(b"S", &ACTIVE_ACTIONS)
        || named(b"Subtype", &ACTIVE_KINDS)
        || named(b"Type", &ACTIVE_KINDS)
        || leads_elsewhere(fields, objects)
        || fields.get(b"OpenAction").is_ok_and(|action| !is_harmless(action, objects))
}

/// Whether all it may stand for only opens a place of the document. What stands for nothing here may be something to a
/// reader that finds more.
fn is_harmless(action: &Object, objects: &Objects) -> bool {
    objects.meanings(action).next().is_some()
        && objects.meanings(action).all(|action| is_destination(action, objects))
}

/// Whether a link leads to another scheme than those of the web and of contacts, or to another machine's files, or a picture
/// stands in another file. What is written before relative links (`Base`) is a link too.
fn leads_elsewhere(fields: &Dictionary, objects: &Objects) -> bool {
    let mut meanings = [b"URI".as_slice(), b"Base", b"Ref"]
        .into_iter()
        .flat_map(|key| fields.get(key).ok())
        .flat_map(|value| objects.meanings(value));
    meanings.any(|value| match value {
        Object::String(address, _) => {
            let address = address.trim_ascii().to_ascii_lowercase();
            let is_known = ADDRESSES.iter().any(|scheme| address.starts_with(scheme));
            !is_known && (address.starts_with(b"//") || address.iter().any(|byte| b":\\".contains(byte)))
        }
        Object::Dictionary(reference) => reference.has(b"F"),
        _ => false,
    })
}

/// Opening at a page is what most writers ask for; anything else on opening is refused.
fn is_destination(action: &Object, objects: &Objects) -> bool {
    match action {
        Object::Dictionary(action) => {
            let goes = |kind: &Object| kind.as_name().is_ok_and(|kind| kind == b"GoTo");
            !action.has(b"Next") && action.get(b"S").is_ok_and(|kind| objects.meanings(kind).all(goes))
        }
        Object::Array(_) | Object::Name(_) | Object::String(..) | Object::Null => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use lopdf::xref::XrefType;
    use lopdf::{SaveOptions, Stream, dictionary};

    use super::*;

    /// One page; `change` may add to the catalogue dictionary.
    fn file(change: impl FnOnce(&mut Document, ObjectId), streams: bool) -> Vec<u8> {
        let mut document = Document::with_version("1.5");
        if !streams {
            document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
        }
        let pages = document.new_object_id();
        let content = document.add_object(Stream::new(dictionary! {}, b"0 0 100 100 re f".to_vec()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 200.into(), 200.into()], "Resources" => dictionary! {},
        });
        document
            .set_object(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 });
        let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", root);
        change(&mut document, root);
        let mut bytes = Vec::new();
        let options = SaveOptions::builder().use_object_streams(streams).use_xref_streams(streams).build();
        document.save_with_options(&mut bytes, options).unwrap();
        bytes
    }

    fn set(document: &mut Document, id: ObjectId, key: &str, value: impl Into<Object>) {
        document.get_object_mut(id).unwrap().as_dict_mut().unwrap().set(key, value);
    }

    fn code(content: &[u8]) -> Option<&'static str> {
        judge(content).err().map(|refusal| refusal.code)
    }

    /// The same file with other bytes in one place.
    fn with(content: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
        assert_eq!(from.len(), to.len(), "tables of places stay right");
        let at = memmem::find(content, from).unwrap();
        [&content[..at], to, &content[at + from.len()..]].concat()
    }

    /// PDFium takes 0x80 and 0xFF for blanks, others for letters.
    #[test]
    fn nothing_hides_behind_bytes_that_are_blank_to_some() {
        let script = |document: &mut Document, root| {
            let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
            let script = document.add_object(script);
            set(document, root, "OpenAction", script);
        };
        let (open, packed) = (file(script, false), file(script, true));
        assert_eq!((code(&open), code(&packed)), (Some("pdf_active"), Some("pdf_active")));
        let hidden = |from: &[u8], to: &[u8]| code(&with(&open, from, to));
        assert_eq!(hidden(b"/JS(", b"/JS\x80"), Some("file_unusual"));
        assert_eq!(hidden(b"/JavaScript", b"/JavaScrip\xFF"), Some("file_unusual"));
        for blank in [b"\x80".as_slice(), b"\xFF"] {
            // The object of the script is the last.
            let at = memmem::rfind(&open, b" 0 obj").unwrap();
            let mut content = open.clone();
            content[at + 2..at + 3].copy_from_slice(blank);
            assert_eq!(code(&content), Some("pdf_active"), "an object is seen all the same");
            let at = memmem::find(&packed, b"/First ").unwrap();
            let mut content = packed.clone();
            content[at + 6..at + 7].copy_from_slice(blank);
            assert_eq!(code(&content), Some("file_unusual"));
        }
    }

    #[test]
    fn what_opens_a_file_leads_somewhere() {
        let nowhere = |document: &mut Document, root| set(document, root, "OpenAction", (90, 0));
        assert_eq!(code(&file(nowhere, false)), Some("pdf_active"));
    }

    /// Many objects of one number, each looked up by as many, would take for ever.
    #[test]
    fn objects_have_few_versions() {
        let mut content = b"%PDF-1.5\n".to_vec();
        content.extend(b"9 0 obj /A endobj\n".repeat(200));
        content.extend(b"%%EOF");
        assert_eq!(code(&content), Some("file_unusual"));
    }

    #[test]
    fn plain_files_are_taken_and_counted() {
        for streams in [false, true] {
            assert_eq!(judge(&file(|_, _| {}, streams)), Ok(1));
        }
    }

    #[test]
    fn opening_at_a_page_is_not_active() {
        let at_page = |document: &mut Document, root| {
            let page = document.page_iter().next().unwrap();
            set(document, root, "OpenAction", vec![page.into(), "Fit".into()]);
        };
        assert_eq!(code(&file(at_page, false)), None);
        let go_to = |document: &mut Document, root| {
            let action = document.add_object(dictionary! { "S" => "GoTo", "D" => "first" });
            set(document, root, "OpenAction", action);
        };
        assert_eq!(code(&file(go_to, true)), None);
    }

    #[test]
    fn scripts_files_and_actions_are_refused_wherever_they_stand() {
        for streams in [false, true] {
            let script = |document: &mut Document, root| {
                let action = document
                    .add_object(dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("1") });
                set(document, root, "OpenAction", action);
            };
            assert_eq!(code(&file(script, streams)), Some("pdf_active"));
            let nested = |document: &mut Document, root| {
                let launch = dictionary! { "S" => "Launch", "F" => Object::string_literal("cmd.exe") };
                set(document, root, "Deep", vec![vec![Object::Dictionary(launch)].into()]);
            };
            assert_eq!(code(&file(nested, streams)), Some("pdf_active"));
            for (key, kind) in [
                ("URI", "javascript:1"),
                ("URI", " FILE://host/x"),
                ("URI", "\\\\host\\x"),
                ("URI", "//host/x"),
                ("Base", "file:///x/"),
            ] {
                let linked = |document: &mut Document, root| {
                    let action = dictionary! { "S" => "URI", key => Object::string_literal(kind) };
                    set(document, root, "Link", action);
                };
                assert_eq!(code(&file(linked, streams)), Some("pdf_active"), "{kind}");
            }
            let web = |document: &mut Document, root| {
                let action =
                    dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.org/a") };
                set(document, root, "Link", action);
            };
            assert_eq!(code(&file(web, streams)), None);
            let thread = |document: &mut Document, root| {
                let action = dictionary! { "S" => "Thread", "F" => Object::string_literal("//host/x") };
                set(document, root, "Link", action);
            };
            assert_eq!(code(&file(thread, streams)), Some("pdf_active"));
            let elsewhere = |document: &mut Document, root| {
                let reference = dictionary! { "F" => Object::string_literal("//host/x"), "Page" => 0 };
                set(document, root, "Picture", dictionary! { "Ref" => reference });
            };
            assert_eq!(code(&file(elsewhere, streams)), Some("pdf_active"));
            for key in ["AA", "XFA", "EmbeddedFiles", "JavaScript"] {
                let keyed = |document: &mut Document, root| set(document, root, key, dictionary! {});
                assert_eq!(code(&file(keyed, streams)), Some("pdf_active"), "{key}");
            }
        }
    }

    #[test]
    fn a_table_is_needed_but_need_not_be_beautiful() {
        let whole = file(|_, _| {}, false);
        let start = memmem::find(&whole, b"xref").unwrap();
        let (body, table) = (&whole[..start], str::from_utf8(&whole[start..]).unwrap());
        // Rows that end in a line feed alone, as some scanners write them.
        let short = table.replace(" n \n", " n\n").replace(" f \n", " f\n");
        assert_ne!(short, table);
        assert_eq!(code(&[body, short.as_bytes()].concat()), None);
        let astray = table.replace(&format!("startxref\n{start}"), "startxref\n7");
        assert_ne!(astray, table);
        assert_eq!(code(&[body, astray.as_bytes()].concat()), Some("file_unusual"));
    }

    #[test]
    fn encrypted_files_are_refused() {
        let encrypted = |document: &mut Document, _| {
            document.trailer.set("Encrypt", dictionary! { "Filter" => "Standard", "V" => 1, "R" => 2 });
        };
        assert_eq!(code(&file(encrypted, false)), Some("pdf_encrypted"));
    }

    #[test]
    fn broken_and_empty_files_are_refused() {
        let whole = file(|_, _| {}, false);
        assert_eq!(code(&whole[..whole.len() / 2]), Some("file_broken"));
        assert_eq!(code(&whole[..whole.len() - 30]), Some("file_broken"));
        assert_eq!(code(b"%PDF-1.4\nnothing"), Some("file_broken"));
        let pageless = |document: &mut Document, root| {
            let pages = document
                .add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
            set(document, root, "Pages", pages);
        };
        assert_eq!(code(&file(pageless, false)), Some("file_broken"));
    }

    /// A file with a cross-reference stream, in which `packed` are the objects 5, 6, … of the object stream 4 with
    /// the dictionary `fields` (their index and end are added). The catalogue names 5 as its names, and is `root`.
    fn packed(root: &str, fields: &str, packed: &[&str]) -> Vec<u8> {
        let (mut index, mut body) = (String::new(), String::new());
        for (at, object) in packed.iter().enumerate() {
            index += &format!("{} {} ", at + 5, body.len());
            body += &format!("{object} ");
        }
        let stream = format!(
            "<< {fields} /N {} /First {} /Length {} >>\nstream\n{index}{body}\nendstream",
            packed.len(),
            index.len(),
            index.len() + body.len()
        );
        let plain = [
            format!("<< /Type /Catalog /Pages 2 0 R /Names 5 0 R {root} >>"),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>".to_owned(),
            stream,
        ];
        let (mut file, mut rows) = ("%PDF-1.5\n".to_owned(), vec![[0; 4]]);
        let row = |kind: u8, at: usize, last: u8| {
            let [high, low] = u16::try_from(at).unwrap().to_be_bytes();
            [kind, high, low, last]
        };
        for (at, object) in plain.iter().enumerate() {
            rows.push(row(1, file.len(), 0));
            file += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
        }
        rows.extend((0..packed.len()).map(|at| row(2, 4, u8::try_from(at).unwrap())));
        rows.push(row(1, file.len(), 0));
        let (start, size) = (file.len(), rows.len());
        file += &format!(
            "{} 0 obj\n<< /Type /XRef /Size {size} /W [1 2 1] /Root 1 0 R /Length {} >>\nstream\n",
            size - 1,
            size * 4
        );
        let end = format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n");
        [file.as_bytes(), rows.as_flattened(), end.as_bytes()].concat()
    }

    const NAMES: &str = "<< /JavaScript 6 0 R >>";

    #[test]
    fn object_streams_are_read_whatever_they_call_themselves() {
        assert_eq!(judge(&packed("", "/Type /ObjStm", &["<< >>", "<< >>"])), Ok(1));
        for (name, fields, refusal) in [
            ("named", "/Type /ObjStm", "pdf_active"),
            // The table leads readers here; that this stream does not say what it is stops few of them.
            ("nameless", "", "pdf_active"),
            ("misnamed", "/Tipe /ObjStm", "pdf_active"),
            ("indirectly named", "/Type 2 0 R", "pdf_active"),
            ("with its data elsewhere", "/Type /ObjStm /F 6 0 R", "file_unusual"),
            ("in another code", "/Type /ObjStm /Filter /LZWDecode", "file_unusual"),
            ("with two beginnings", "/Type /ObjStm /First 99", "file_unusual"),
            ("with a stream in a string", "/Type /ObjStm /X (>>stream\n)", "file_unusual"),
        ] {
            assert_eq!(code(&packed("", fields, &[NAMES, "<< >>"])), Some(refusal), "{name}");
        }
    }

    #[test]
    fn an_object_may_not_hide_behind_another_of_its_number() {
        let mut twice = packed("", "/Type /ObjStm", &["<< /JS 1 0 R >>", "<< >>"]);
        let at = memmem::find(&twice, b"5 0 6 ").unwrap();
        twice[at + 4] = b'5';
        assert_eq!(code(&twice), Some("pdf_active"));
        let hidden = |object: &str| {
            let whole = file(|_, _| {}, false);
            let at = memmem::find(&whole, b"xref").unwrap();
            // Before the table: its place is wrong then, but a reader that looks for objects finds both.
            [&whole[..at], object.as_bytes(), &whole[at..]].concat()
        };
        let action = "<< /S /Launch /F (cmd.exe) >> endobj\n";
        assert_eq!(code(&hidden(&format!("1 0 obj {action}"))), Some("pdf_active"));
        for odd in
            ["1 0 % obj\n obj ", "1 % x\n0 obj ", "1+0 obj ", "1 0. obj ", "1 0 obj << /S /Launch /F ( "]
        {
            assert_eq!(code(&hidden(&format!("{odd}{action}"))), Some("file_unusual"), "{odd}");
        }
    }

    #[test]
    fn kinds_and_actions_that_are_named_elsewhere_are_found() {
        let elsewhere = |document: &mut Document, root| {
            let kind = document.add_object(Object::Name(b"Launch".to_vec()));
            set(document, root, "Deep", dictionary! { "S" => kind });
        };
        let chain = |document: &mut Document, root| {
            let next = dictionary! { "S" => "URI", "URI" => Object::string_literal("http://a.example") };
            let action = document.add_object(dictionary! { "S" => "GoTo", "D" => "a", "Next" => next });
            set(document, root, "OpenAction", action);
        };
        for streams in [false, true] {
            assert_eq!(code(&file(elsewhere, streams)), Some("pdf_active"));
            assert_eq!(code(&file(chain, streams)), Some("pdf_active"));
        }
    }

    #[test]
    fn a_file_of_two_kinds_is_refused() {
        let whole = file(|_, _| {}, false);
        assert_eq!(code(&[b"<script>alert(1)</script>\n", whole.as_slice()].concat()), Some("file_unusual"));
        assert_eq!(code(&[whole.as_slice(), b"<script>alert(1)</script>"].concat()), Some("file_unusual"));
        assert_eq!(code(&[whole.as_slice(), b"\r\n\0\0 "].concat()), None);
    }

    #[test]
    fn streams_that_unpack_to_too_much_are_refused() {
        let bomb = |size| {
            let fields = |document: &mut Document, _: ObjectId| {
                let content = [b"9 0 ".as_slice(), &vec![b' '; size], b"null"].concat();
                let mut stream = Stream::new(dictionary! { "N" => 1, "First" => 4 }, content);
                stream.compress().unwrap();
                document.add_object(stream);
            };
            file(fields, false)
        };
        assert_eq!(code(&bomb(1_000_000)), None);
        assert_eq!(code(&bomb(17_000_000)), Some("file_unusual"));
    }
}
