//! PDF files: read strictly, never changed. What can act when it is opened is refused, wherever it stands.

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use super::Refusal;

/// Bytes one object or cross-reference stream may unpack to.
const STREAM: usize = 4 * 1024 * 1024;
/// Bytes all object streams together may unpack to. Scans have kilobytes.
const ALL_STREAMS: usize = 24 * 1024 * 1024;

/// Dictionary keys that carry scripts, actions on events, files, dynamic forms, players.
const ACTIVE_KEYS: [&[u8]; 8] =
    [b"JS", b"JavaScript", b"AA", b"EmbeddedFiles", b"EF", b"XFA", b"RichMediaContent", b"RichMediaSettings"];
/// Actions that do more than move within the document or open an address after a question.
const ACTIVE_ACTIONS: [&[u8]; 12] = [
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
    b"Trans",
];
/// Annotations and objects that play or carry something.
const ACTIVE_KINDS: [&[u8]; 6] =
    [b"RichMedia", b"Screen", b"Movie", b"3D", b"FileAttachment", b"EmbeddedFile"];

/// The number of pages of a file that may be kept.
///
/// # Errors
/// `file_broken`, `pdf_encrypted`, `pdf_active`.
pub(super) fn judge(content: &[u8]) -> Result<usize, Refusal> {
    // Before anything is unpacked: encrypted files are unpacked by another path, without the sum below.
    if has(content, b"/Encrypt") {
        return Err(Refusal::new("pdf_encrypted"));
    }
    ensure_small(content)?;
    let document = load(content, None)?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Refusal::new("pdf_encrypted"));
    }
    if document
        .objects
        .values()
        .chain(document.trailer.iter().map(|(_, value)| value))
        .any(|object| acts(object, &document))
    {
        return Err(Refusal::new("pdf_active"));
    }
    match document.page_iter().count() {
        0 => Err(Refusal::new("file_broken")),
        pages => Ok(pages),
    }
}

fn load(content: &[u8], filter: Option<lopdf::FilterFunc>) -> Result<Document, Refusal> {
    let options =
        LoadOptions { strict: true, max_decompressed_size: Some(STREAM), filter, ..LoadOptions::default() };
    Document::load_mem_with_options(content, options).map_err(|error| match error {
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword => Refusal::new("pdf_encrypted"),
        _ => Refusal::new("file_broken"),
    })
}

/// Reads the file without opening its object streams and sums what they would unpack to: objects take many times
/// the memory of their text, so a bomb must be seen before it is parsed.
fn ensure_small(content: &[u8]) -> Result<(), Refusal> {
    let document = load(content, Some(hide_object_streams))?;
    let mut left = ALL_STREAMS;
    for object in document.objects.values() {
        if let Object::Stream(stream) = object
            && stream.dict.has_type(HIDDEN)
        {
            let unpacked = stream.get_plain_content_with_limit(STREAM.min(left));
            left -= unpacked.map_err(|_| Refusal::new("file_broken"))?.len();
        }
    }
    Ok(())
}

const HIDDEN: &[u8] = b"HiddenObjStm";

/// The reader opens streams of the type `ObjStm` only, after asking this function.
fn hide_object_streams(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object
        && stream.dict.has_type(b"ObjStm")
    {
        stream.dict.set("Type", Object::Name(HIDDEN.to_vec()));
    }
    Some((id, Object::Null))
}

/// Whether the object, or anything inside it, is active. Objects it refers to are looked at by themselves.
fn acts(object: &Object, document: &Document) -> bool {
    let mut waiting = vec![object];
    while let Some(object) = waiting.pop() {
        let dictionary = match object {
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            Object::Array(items) => {
                waiting.extend(items);
                continue;
            }
            _ => continue,
        };
        if is_active(dictionary, document) {
            return true;
        }
        waiting.extend(dictionary.iter().map(|(_, value)| value));
    }
    false
}

fn is_active(dictionary: &Dictionary, document: &Document) -> bool {
    let named = |key: &[u8], names: &[&[u8]]| {
        let value = dictionary.get(key).ok().map(|value| resolve(value, document));
        value.and_then(|value| value.as_name().ok()).is_some_and(|name| names.contains(&name))
    };
    dictionary.iter().any(|(key, _)| ACTIVE_KEYS.contains(&key.as_slice()))
        || named(b"S", &ACTIVE_ACTIONS)
        || named(b"Subtype", &ACTIVE_KINDS)
        || named(b"Type", &ACTIVE_KINDS)
        || dictionary
            .get(b"OpenAction")
            .is_ok_and(|action| !is_destination(resolve(action, document), document))
}

/// Opening at a page is what most writers ask for; anything else on opening is refused.
fn is_destination(action: &Object, document: &Document) -> bool {
    match action {
        Object::Dictionary(action) => action
            .get(b"S")
            .is_ok_and(|kind| resolve(kind, document).as_name().is_ok_and(|kind| kind == b"GoTo")),
        Object::Array(_) | Object::Name(_) | Object::String(..) | Object::Null => true,
        _ => false,
    }
}

fn resolve<'a>(object: &'a Object, document: &'a Document) -> &'a Object {
    document.dereference(object).map_or(object, |(_, object)| object)
}

fn has(content: &[u8], word: &[u8]) -> bool {
    content.windows(word.len()).any(|window| window == word)
}

#[cfg(test)]
mod tests {
    use lopdf::{SaveOptions, Stream, dictionary};

    use super::*;

    /// One page; `change` may add to the catalogue dictionary.
    fn file(change: impl FnOnce(&mut Document, ObjectId), streams: bool) -> Vec<u8> {
        let mut document = Document::with_version("1.5");
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
            for key in ["AA", "XFA", "EmbeddedFiles", "JavaScript"] {
                let keyed = |document: &mut Document, root| set(document, root, key, dictionary! {});
                assert_eq!(code(&file(keyed, streams)), Some("pdf_active"), "{key}");
            }
        }
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
        assert_eq!(code(b"%PDF-1.4\nnothing"), Some("file_broken"));
        let pageless = |document: &mut Document, root| {
            let pages = document
                .add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
            set(document, root, "Pages", pages);
        };
        assert_eq!(code(&file(pageless, false)), Some("file_broken"));
    }

    #[test]
    fn bombs_are_seen_before_they_are_parsed() {
        // The writer leaves object streams out: they get their type afterwards.
        let bomb = |document: &mut Document, _| {
            for _ in 0..8 {
                let fields = dictionary! { "Type" => "ObjBmb", "N" => 0, "First" => 0 };
                let mut stream = Stream::new(fields, vec![b' '; STREAM - 1]);
                stream.compress().unwrap();
                document.add_object(stream);
            }
        };
        let mut content = file(bomb, false);
        assert!(content.len() < 100_000);
        assert_eq!(code(&content), None);
        for at in 0..content.len() - 6 {
            if &content[at..at + 6] == b"ObjBmb" {
                content[at..at + 6].copy_from_slice(b"ObjStm");
            }
        }
        assert_eq!(ensure_small(&content).err().map(|refusal| refusal.code), Some("file_broken"));
    }
}
