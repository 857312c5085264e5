//! The papers from outside: what a reader, a screen reader and an archive find in the file.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, thread};

use lopdf::{Document, Object};
use paper::{Error, Layout, Paper, Row, Section, render};

const SAMPLES: [&str; 5] = ["receipt", "payment", "confirmation", "invitation", "slip"];

fn sample(name: &str) -> Paper {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name).with_extension("json");
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

fn printed(paper: &Paper) -> Vec<u8> {
    render(paper).unwrap_or_else(|error| match error {
        Error::Layout(found) | Error::Export(found) => panic!("{:?}", found.reveal()),
        error => panic!("{error}"),
    })
}

/// The text as a reader copies it, without white space and break opportunities: where lines break is layout.
fn text(pdf: &[u8]) -> String {
    let document = Document::load_mem(pdf).unwrap();
    let pages = document.get_pages().into_keys().collect::<Vec<_>>();
    squeezed(&document.extract_text(&pages).unwrap())
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && *letter != '\u{200B}').collect()
}

fn row(label: &str, value: impl Into<String>) -> Row {
    Row { label: label.to_owned(), value: value.into(), detail: None, wide: true }
}

/// A receipt with one more section of these values, and nothing else that could hide them.
fn with_values(values: impl IntoIterator<Item = String>) -> Paper {
    let mut paper = sample("receipt");
    paper.mark = None;
    let rows = values.into_iter().map(|value| row("Имя", value)).collect();
    paper.sections = vec![Section { title: None, layout: Layout::Fields, rows }];
    paper
}

#[test]
fn samples_hold_their_texts() {
    for name in SAMPLES {
        let mut paper = sample(name);
        // Set at an angle across the page, its letters lie between the others.
        paper.mark = None;
        let text = text(&printed(&paper));
        let rows = paper.sections.iter().flat_map(|section| &section.rows).chain(&paper.highlight);
        for expected in rows.flat_map(|row| [&row.label, &row.value]).chain([&paper.title, &paper.subtitle]) {
            assert!(text.contains(&squeezed(expected)), "{name}: {expected} is not in {text}");
        }
    }
}

/// Printed, a long paper may lose its second page: the first is enough to check it by.
#[test]
fn a_long_paper_is_checked_by_its_first_page() {
    let mut paper = sample("confirmation");
    paper.mark = None;
    let long = paper.sections.iter_mut().flat_map(|section| &mut section.rows);
    for row in long {
        row.value = [row.value.as_str(); 8].join("-");
    }
    let pdf = printed(&paper);
    let document = Document::load_mem(&pdf).unwrap();
    assert!(document.get_pages().len() > 1);
    let first = squeezed(&document.extract_text(&[1]).unwrap());
    let signature = paper.signature.unwrap();
    for expected in [&paper.qr.unwrap().payload, &signature.title].into_iter().chain(&signature.lines) {
        assert!(first.contains(&squeezed(expected)), "{expected} is not in {first}");
    }
}

#[test]
fn samples_fit_one_page() {
    for name in SAMPLES {
        assert_eq!(Document::load_mem(&printed(&sample(name))).unwrap().get_pages().len(), 1, "{name}");
    }
}

#[test]
fn files_are_archivable_tagged_and_in_their_language() {
    for name in SAMPLES {
        let paper = sample(name);
        let document = Document::load_mem(&printed(&paper)).unwrap();
        let catalog = document.catalog().unwrap();
        assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), paper.lang.as_bytes());
        assert!(catalog.has(b"StructTreeRoot"), "{name} is not tagged");
        let metadata =
            document.get_object(catalog.get(b"Metadata").unwrap().as_reference().unwrap()).unwrap();
        let xmp = String::from_utf8(metadata.as_stream().unwrap().get_plain_content().unwrap()).unwrap();
        for expected in
            ["<pdfaid:part>2<", "<pdfaid:conformance>B<", "<pdfuaid:part>1<", &paper.title, &paper.brand.name]
        {
            assert!(xmp.contains(expected), "{name}: {expected} is not in {xmp}");
        }
        assert!(xmp.contains(&paper.issued.format("%Y-%m-%dT%H:%M:%S+00:00").to_string()), "{name}: {xmp}");
    }
}

#[test]
fn fonts_are_embedded() {
    let document = Document::load_mem(&printed(&sample("invitation"))).unwrap();
    let mut names = Vec::new();
    for object in document.objects.values() {
        let Ok(descriptor) = object.as_dict() else { continue };
        if !descriptor.has_type(b"FontDescriptor") {
            continue;
        }
        let file = ["FontFile2", "FontFile3"].iter().any(|key| descriptor.has(key.as_bytes()));
        let name =
            String::from_utf8_lossy(descriptor.get(b"FontName").unwrap().as_name().unwrap()).into_owned();
        assert!(file, "{name} is not embedded");
        names.push(name);
    }
    // The Vietnamese name of the sample needs the second family.
    assert!(names.iter().any(|name| name.contains("GolosText")), "{names:?}");
    assert!(names.iter().any(|name| name.contains("NotoSans")), "{names:?}");
}

#[test]
fn the_same_paper_gives_the_same_bytes_on_any_thread() {
    let expected = SAMPLES.map(|name| printed(&sample(name)));
    let threads = (0..4).map(|shift| {
        thread::spawn(move || {
            let mut order = SAMPLES;
            order.rotate_left(shift);
            order.map(|name| (name, printed(&sample(name))))
        })
    });
    let threads = threads.collect::<Vec<_>>();
    let expected = SAMPLES.into_iter().zip(expected).collect::<BTreeMap<_, _>>();
    for (name, pdf) in threads.into_iter().flat_map(|thread| thread.join().unwrap()) {
        assert!(pdf == expected[name], "{name} differs");
    }
    let mut other = sample("slip");
    other.ident.push('2');
    assert!(printed(&other) != expected["slip"], "the identifier has no effect");
}

/// Threat 25: what people type is text, whatever language it is written in.
#[test]
fn values_are_never_markup() {
    let hostile = [
        r#"#read("/etc/passwd")"#,
        r#"#import "@preview/cetz:0.4.0""#,
        r#"#eval("1 + 1") #sys.version"#,
        "*bold* _emph_ `raw` $x^2$ @cite <label>",
        "= Heading",
        "- item -- --- ... ~ \\ \\u{41}",
        r#"] #panic("out") ["#,
        "// comment /* comment */",
        r#""},"title":"other"#,
        "https://evil.example/#x",
        "{{ 1 + 1 }} ${jndi:ldap://x} %s",
    ];
    let text = text(&printed(&with_values(hostile.map(str::to_owned))));
    for value in hostile {
        assert!(text.contains(&squeezed(value)), "{value} is not in {text}");
    }
    assert!(!text.contains("root:"), "{text}");
}

#[test]
fn titles_are_never_markup_either() {
    let mut paper = sample("confirmation");
    paper.mark = None;
    paper.title = "#read(\"data.json\") *a*".to_owned();
    paper.lead = Some("$ #emph[x] $".to_owned());
    let text = text(&printed(&paper));
    assert!(text.contains(&squeezed(&paper.title)), "{text}");
    assert!(text.contains("$#emph[x]$"), "{text}");
}

/// Links come from the caller's address alone: typed text does not become one.
#[test]
fn only_the_address_is_a_link() {
    let document = Document::load_mem(&printed(&with_values(["https://evil.example/".to_owned()]))).unwrap();
    let links = document.objects.values().filter_map(|object| {
        let action = object.as_dict().ok()?;
        let uri =
            action.get(b"URI").or_else(|_| action.get(b"A").and_then(Object::as_dict)?.get(b"URI")).ok()?;
        Some(String::from_utf8_lossy(uri.as_str().ok()?).into_owned())
    });
    let mut links = links.collect::<Vec<_>>();
    links.dedup();
    assert_eq!(links, [sample("receipt").qr.unwrap().address.unwrap()]);
}

#[test]
fn letters_of_the_neighbours_are_printed() {
    let names = [
        "Ғуломов Қаҳрамон Ҳамидович Ўктам",
        "Ҷӯраев Раҳимҷон Ӣ",
        "Өмүрбеков Ыңтымак",
        "Әлімжан Ұлан Һүсейін",
        "Łukasz Żółć Ñúñez Þór Œuvre İşçi Ğ",
        "Nguyễn Thị Hằng Đỗ",
        "Αλέξανδρος",
        "Հայկ Սարգսյան",
        "გიორგი მაისურაძე",
    ];
    let text = text(&printed(&with_values(names.map(str::to_owned))));
    for name in names {
        assert!(text.contains(&squeezed(name)), "{name} is not in {text}");
    }
    assert!(!text.contains('\u{FFFD}'), "{text}");
}

#[test]
fn any_text_prints_and_unknown_letters_are_marked() {
    let odd = [
        "محمد رضا احمدی",
        "王小明",
        "😀 👩‍👩‍👧 🏳️‍🌈",
        "\u{202E}gnp.exe\u{202C}\u{200F}\u{FEFF}\u{FFFE}\u{0}\u{7}\u{1B}[31m",
        "a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306} ա\u{301} ქ\u{308} \u{64B}\u{301}",
        "\u{301}\u{E000}\u{10FFFF}\u{1F1F7}",
        "שלום हिन्दी ไทย 한국어",
    ];
    let text = text(&printed(&with_values(odd.map(str::to_owned))));
    assert!(text.contains("\u{FFFD}\u{FFFD}\u{FFFD}"), "{text}");
    assert!(text.contains("gnp.exe"), "{text}");
    assert!(!text.contains(['\u{202E}', '\0', '\u{1B}', '王']), "{text}");
}

#[test]
fn long_words_stay_on_the_page() {
    let word = "Щ".repeat(600);
    let pdf = printed(&with_values([word.clone()]));
    assert!(text(&pdf).contains(&word));
    assert!(!text(&printed(&with_values(["\u{A0}x".repeat(400)]))).is_empty());
}

#[test]
fn what_is_too_much_is_refused() {
    let over = |paper: &Paper| render(paper).unwrap_err();
    assert!(matches!(
        over(&with_values(["x".repeat(1 << 20)])),
        Error::TooLong { field: "sections", limit: paper::MAX_FIELD_CHARS }
    ));
    assert!(matches!(
        over(&with_values((0..11).map(|_| "я".repeat(1_900)))),
        Error::TooLong { field: "paper", limit: paper::MAX_CHARS }
    ));
    assert!(matches!(over(&with_values((0..400).map(|_| "x".to_owned()))), Error::TooMany { .. }));
    assert!(matches!(over(&with_values((0..9).map(|_| "x\n".repeat(990)))), Error::TooManyPages { .. }));
    let mut paper = sample("slip");
    paper.qr.as_mut().unwrap().payload = "x".repeat(paper::MAX_QR_BYTES + 1);
    assert!(matches!(over(&paper), Error::QrTooLong { .. }));
}

#[test]
fn what_is_wrong_is_named() {
    let broken = |change: fn(&mut Paper)| {
        let mut paper = sample("receipt");
        change(&mut paper);
        render(&paper).unwrap_err()
    };
    assert!(matches!(broken(|paper| paper.lang = "русский".to_owned()), Error::Language));
    assert!(matches!(broken(|paper| paper.title = " ".to_owned()), Error::Missing { field: "title" }));
    assert!(matches!(broken(|paper| paper.ident.clear()), Error::Missing { field: "ident" }));
    assert!(matches!(
        broken(|paper| paper.qr.as_mut().unwrap().alt.clear()),
        Error::Missing { field: "qr.alt" }
    ));
    for address in ["javascript:alert(1)", "file:///etc/passwd", "https://prichal.example/ space"] {
        let mut paper = sample("receipt");
        paper.qr.as_mut().unwrap().address = Some(address.to_owned());
        assert!(matches!(render(&paper).unwrap_err(), Error::Address), "{address}");
    }
    assert!(matches!(broken(|paper| paper.issued = chrono::DateTime::<chrono::Utc>::MIN_UTC), Error::Date));
}

#[test]
fn a_bare_paper_prints() {
    for name in SAMPLES {
        let mut paper = sample(name);
        (paper.issuer, paper.lead, paper.qr, paper.signature, paper.mark) = (None, None, None, None, None);
        paper.highlight.clear();
        paper.sections.clear();
        paper.notes.clear();
        paper.footer.clear();
        paper.brand.tagline.clear();
        assert!(text(&printed(&paper)).contains(&squeezed(&paper.title)), "{name}");
    }
}

#[test]
fn neither_errors_nor_debug_show_what_stands_on_the_paper() {
    let paper = sample("confirmation");
    let shown =
        format!("{paper:?} {:?}", render(&Paper { lang: "?".to_owned(), ..paper.clone() }).unwrap_err());
    assert!(!shown.contains("GULOMOV") && !shown.contains("0000000"), "{shown}");
}
