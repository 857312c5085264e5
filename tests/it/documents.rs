//! Files: what is taken, what is refused and why, who may read them (DC-01 to DC-06).

use std::future::{Future, ready};

use futures_util::future::{BoxFuture, select_all};
use futures_util::{FutureExt, StreamExt, stream};
use image::ImageFormat::{self, Jpeg, Png};
use openapi::ErrorCode;
use openapi::applications::SubmissionIn;
use openapi::documents::{Document, UploadQuery};
use tests::people::key;
use tests::{Citizen, TestApp, files, make};
use tokio::sync::oneshot;
use uuid::Uuid;

fn query(name: &str) -> UploadQuery {
    UploadQuery { item: "passport".into(), name: name.into(), replaces: None }
}

async fn refused(citizen: &Citizen, draft: Uuid, name: &str, content: Vec<u8>) -> (ErrorCode, String) {
    let refusal =
        citizen.client.upload_document(key(), draft, &query(name), content, None).await.unwrap_err();
    let problem = refusal.problem().unwrap_or_else(|| panic!("{name}: {refusal}")).clone();
    let code = problem.errors.first().map(|error| error.code.clone()).unwrap_or_default();
    (problem.code, code)
}

/// What is refused before its content is looked at hears why, too: the connection is not cut while it still sends.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_much_in_vain_hears_why() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await;
    let large = || vec![7; 4_900_000];
    for _ in 0..5 {
        assert_eq!(refused(&citizen, Uuid::now_v7(), "scan.pdf", large()).await.0, ErrorCode::NotFound);
        let (code, finding) = refused(&citizen, draft.id, ".", large()).await;
        assert_eq!((code, finding.as_str()), (ErrorCode::FileRefused, "file_name"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_pdfs_are_taken_and_come_back_without_metadata() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await;
    let mut photo = files::jpeg();
    // An EXIF segment with a place in it, right after the start of the image.
    let exif = b"\xff\xe1\x00\x18Exif\0\0GPS 55.75 37.61\0";
    photo.splice(2..2, exif.iter().copied());
    let document = citizen.attach(draft.id, "passport", "снимок.jpg", photo).await;
    assert_eq!(
        (document.media_type.as_str(), document.width, document.height),
        ("image/jpeg", Some(900), Some(1200))
    );
    let stored = citizen.client.download_document(document.id).await.unwrap();
    assert!(!stored.windows(3).any(|bytes| bytes == b"GPS"), "the place the photo was taken stays at home");
    let png = citizen.attach(draft.id, "passport", "скан", files::png()).await;
    assert_eq!(png.media_type, "image/png", "by content, whatever the name");
    let pdf = citizen.attach(draft.id, "housing", "договор.pdf", files::pdf("")).await;
    assert_eq!((pdf.media_type.as_str(), pdf.pages), ("application/pdf", Some(1)));
    assert_eq!(citizen.client.get_application(draft.id).await.unwrap().documents.len(), 3);
}

/// DC-03, DC-05: what is wrong with a picture is said to whoever attached it and to the officer; it is taken all the
/// same.
#[tokio::test(flavor = "multi_thread")]
async fn pictures_with_few_dots_or_out_of_focus_are_taken_with_advice() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    let codes = |document: &Document| document.advice.iter().map(|one| one.code.clone()).collect::<Vec<_>>();
    // The page of a passport, 125 × 88 mm, at 300 dots per inch, and one dot less.
    let fine = citizen.attach(draft.id, "passport", "a.png", files::picture(1_477, 1_040, Png)).await;
    assert_eq!(codes(&fine), Vec::<String>::new());
    let coarse = citizen.attach(draft.id, "passport", "b.png", files::picture(1_039, 1_477, Png)).await;
    assert_eq!(codes(&coarse), ["low_resolution"]);
    assert_eq!(
        (coarse.advice[0].params["dpi"].as_str(), coarse.advice[0].params["min"].as_str()),
        ("299", "300")
    );
    let soft = citizen.attach(draft.id, "passport", "c.jpg", files::blurred(1_600, 1_200)).await;
    assert_eq!(codes(&soft), ["blurred"]);
    // Nobody knows the size of a lease, and what is in a PDF is not looked at.
    let lease = citizen.attach(draft.id, "housing", "d.jpg", files::picture(600, 800, Jpeg)).await;
    let pdf = citizen.attach(draft.id, "passport", "e.pdf", files::pdf("")).await;
    assert_eq!((codes(&lease), codes(&pdf)), (Vec::new(), Vec::new()));

    let read = citizen.client.get_application(draft.id).await.unwrap();
    for document in [&fine, &coarse, &soft, &lease, &pdf] {
        assert!(read.documents.contains(document), "read as it was told: {}", document.name);
    }
    let filed = citizen.submit(&app, &read).await;
    app.run_jobs().await;
    assert_eq!(officer.take(filed.id).await.documents, read.documents);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_files_are_refused_with_reason_and_cure() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await.id;
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("page.jpg", b"<html><script>alert(1)</script></html>".to_vec(), "file_kind"),
        ("scan.pdf", b"II*\0\x08\0\0\0\0\0".to_vec(), "file_kind"),
        ("empty.png", Vec::new(), "file_empty"),
        ("cut.jpg", files::jpeg()[..2000].to_vec(), "file_broken"),
        ("script.pdf", files::pdf("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "pdf_active"),
        ("launch.pdf", files::pdf("/AA << /O << /S /Launch /F (cmd.exe) >> >>"), "pdf_active"),
        ("secret.pdf", files::encrypted_pdf(), "pdf_encrypted"),
        ("broken.pdf", b"%PDF-1.7\nnothing more".to_vec(), "file_broken"),
        ("page.pdf", [b"<script>alert(1)</script>\n".as_slice(), &files::pdf("")].concat(), "file_unusual"),
        ("tail.pdf", [files::pdf("").as_slice(), b"<script>alert(1)</script>"].concat(), "file_unusual"),
        ("hidden.pdf", packed_pdf(&[b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>".to_vec()]), "pdf_active"),
        ("flood.png", pixel_flood(), "picture_too_large"),
    ];
    for (name, content, code) in cases {
        let (problem, found) = refused(&citizen, draft, name, content).await;
        assert_eq!((problem, found.as_str()), (ErrorCode::FileRefused, code), "{name}");
        for language in ["ru", "en"] {
            let text = app.app.texts.get(language, "files", &found);
            assert!(text.is_some_and(|text| text.len() > 20), "{language}: {found} has a text");
        }
    }
    assert_eq!(app.number("select count(*) as n from documents").await, 0);
}

/// Small files that unpack to much. The processes that judge them have little memory, so that a file is refused, and
/// the server goes on, whatever a parser makes of it.
#[tokio::test(flavor = "multi_thread")]
async fn bombs_end_the_process_that_judges_them_and_nothing_else() {
    // The program itself takes the greater part of it in a build for tests.
    let app = TestApp::start_with(|config| config.uploads.judge_memory_mb = 256).await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await.id;
    let arrays = [b"[".as_slice(), &b"[]".repeat(1_900_000), b"]"].concat();
    let nested = [b"[".repeat(1_000_000), b"]".repeat(1_000_000)].concat();
    let plain = String::from_utf8(arrays.clone()).unwrap();
    let bombs = [
        ("one.pdf", packed_pdf(std::slice::from_ref(&arrays))),
        ("six.pdf", packed_pdf(&vec![arrays; 6])),
        ("deep.pdf", packed_pdf(&[nested])),
        ("plain.pdf", files::pdf(&format!("/Deep {plain}"))),
    ];
    for (name, content) in bombs {
        let (problem, found) = refused(&citizen, draft, name, content).await;
        assert_eq!((problem, found.as_str()), (ErrorCode::FileRefused, "file_unusual"), "{name}");
    }
    // A colour profile of 128 MB is not unpacked: it is not kept anyway.
    let picture = citizen.attach(draft, "passport", "profile.png", with_profile(128 * 1024 * 1024)).await;
    assert_eq!((picture.width, picture.height), (Some(600), Some(800)));
    citizen.attach(draft, "passport", "scan.jpg", files::jpeg()).await;
    citizen.attach(draft, "housing", "lease.pdf", files::pdf("")).await;
}

/// The file is not to blame when there is no time or no program; when the process is killed, it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_judge_that_does_not_answer_is_ended() {
    for (program, seconds, code) in [
        ("", 0, ErrorCode::Busy),
        ("/nowhere/judge", 30, ErrorCode::Internal),
        // Says more than there is room for, and is ended by the closed pipe.
        ("/usr/bin/yes", 30, ErrorCode::FileRefused),
        // Ends by itself, and says nothing.
        ("/usr/bin/false", 30, ErrorCode::Internal),
        ("/usr/bin/true", 30, ErrorCode::Internal),
    ] {
        let change = |config: &mut backend::config::Config| {
            config.uploads.judge_seconds = seconds;
            if !program.is_empty() {
                config.uploads.judge_program = program.into();
            }
        };
        let app = TestApp::start_with(change).await;
        let citizen = app.citizen().await;
        let draft = citizen.draft("arrival-notice").await.id;
        let (problem, _) = refused(&citizen, draft, "scan.jpg", files::jpeg()).await;
        assert_eq!(problem, code, "{program}");
        let mut stored = Vec::new();
        walk(&app.app.config.storage.dir, &mut stored);
        assert!(stored.is_empty(), "{stored:?}");
    }
}

/// A PDF with these objects, each in an object stream that does not call itself one; readers take it for one.
fn packed_pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut document = lopdf::Document::load_mem(&files::pdf("")).unwrap();
    for object in objects {
        document.add_object(compressed(&[b"90 0 ".as_slice(), object].concat()));
    }
    let mut content = Vec::new();
    document.save_to(&mut content).unwrap();
    content
}

fn compressed(content: &[u8]) -> lopdf::Stream {
    let mut stream = lopdf::Stream::new(lopdf::dictionary! { "N" => 1, "First" => 5 }, content.to_vec());
    stream.compress().unwrap();
    stream
}

/// A picture with a colour profile of so many zeros.
fn with_profile(size: usize) -> Vec<u8> {
    let mut png = files::png();
    let mut chunk = [b"iCCPp\0\0".as_slice(), &compressed(&vec![0; size]).content].concat();
    let length = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes();
    let sum = crc32(&chunk).to_be_bytes();
    chunk.splice(0..0, length);
    chunk.extend(sum);
    // Behind the header.
    png.splice(33..33, chunk);
    png
}

/// A PNG that says it is 30,000 × 30,000 pixels.
fn pixel_flood() -> Vec<u8> {
    let mut png = files::picture(8, 8, ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn six_megabytes_are_too_many_however_they_come() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await.id;
    let mut big = files::jpeg();
    big.resize(6 * 1024 * 1024, 0);
    // Whoever sends too much still hears why, whether the length was said at first or shows on the way.
    let told = refused(&citizen, draft, "big.jpg", big.clone()).await;
    assert_eq!(told, (ErrorCode::TooLarge, "file_too_large".to_owned()));
    let pieces: Vec<std::io::Result<Vec<u8>>> =
        big.chunks(64 * 1024).map(|piece| Ok(piece.to_vec())).collect();
    let unsaid =
        send(&app, &citizen, draft, reqwest::Body::wrap_stream(futures_util::stream::iter(pieces))).await;
    let problem: openapi::Problem = unsaid.unwrap().json().await.unwrap();
    assert_eq!((problem.status, problem.errors[0].code.as_str()), (413, "file_too_large"));
    assert_eq!(app.number("select count(*) as n from documents").await, 0);
}

/// An upload without the typed client, which says the length before it sends.
fn send(
    app: &TestApp,
    citizen: &Citizen,
    draft: Uuid,
    body: reqwest::Body,
) -> impl Future<Output = reqwest::Result<reqwest::Response>> + use<> {
    app.http()
        .post(format!("{}/api/v1/applications/{draft}/documents?item=passport&name=scan.jpg", app.portal))
        .bearer_auth(citizen.client.access_token().unwrap().expose())
        .header("Idempotency-Key", key().to_string())
        .body(body)
        .send()
}

/// The line breaks in the middle of a file: nothing of it stays, and the whole file is taken afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_off_leaves_nothing() {
    use std::io::{Read, Write};
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await.id;
    let scan = files::jpeg();
    let (token, click) = (citizen.client.access_token().unwrap(), key());
    let address = app.portal.trim_start_matches("http://").to_owned();
    let head = format!(
        "POST /api/v1/applications/{draft}/documents?item=passport&name=scan.jpg HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Bearer {}\r\nIdempotency-Key: {click}\r\nContent-Length: {}\r\n\r\n",
        token.expose(),
        scan.len()
    );
    let half = scan[..scan.len() / 2].to_vec();
    // The half is sent, then the sender says that nothing more comes: the server answers or hangs up.
    let answer = tokio::task::spawn_blocking(move || {
        let mut line = std::net::TcpStream::connect(address).unwrap();
        line.write_all(head.as_bytes()).unwrap();
        line.write_all(&half).unwrap();
        line.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).map(|_| answer).unwrap_or_default()
    });
    let answer = answer.await.unwrap();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(app.number("select count(*) as n from documents").await, 0);
    let mut stored = Vec::new();
    walk(&app.app.config.storage.dir, &mut stored);
    assert!(stored.is_empty(), "{stored:?}");
    let whole = citizen.client.upload_document(click, draft, &query("scan.jpg"), scan, None).await;
    assert_eq!(whole.unwrap().document.item, "passport", "the same button again");
}

/// Whoever hangs up when all is sent leaves no file without a row: the upload goes on to its end.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_when_its_client_has_gone() {
    use std::io::Write;
    let app = TestApp::start_with(|config| config.uploads.under_way_each = 1).await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await.id;
    let (scan, address) = (files::jpeg(), app.portal.trim_start_matches("http://").to_owned());
    let head = format!(
        "POST /api/v1/applications/{draft}/documents?item=passport&name=scan.jpg HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Bearer {}\r\nIdempotency-Key: {}\r\nContent-Length: {}\r\n\r\n",
        citizen.client.access_token().unwrap().expose(),
        key(),
        scan.len()
    );
    let whole = [head.as_bytes(), &scan].concat();
    let gone = move || std::net::TcpStream::connect(address).unwrap().write_all(&whole).unwrap();
    tokio::task::spawn_blocking(gone).await.unwrap();
    // One at a time: whoever is let in again finds the first one ended.
    while let Err(refusal) =
        citizen.client.upload_document(key(), draft, &query("again.jpg"), scan.clone(), None).await
    {
        assert_eq!(refusal.problem().unwrap().code, ErrorCode::TooManyRequests);
    }
    let mut stored = Vec::new();
    walk(&app.app.config.storage.dir, &mut stored);
    let rows = app.number("select count(*) as n from documents").await;
    assert_eq!(i64::try_from(stored.len()).unwrap(), rows, "{stored:?}");
}

/// Files that cost more than a file may hold turns: a person has few of them.
#[tokio::test(flavor = "multi_thread")]
async fn costly_files_are_few() {
    let app = TestApp::start_with(|config| {
        config.uploads.judge_program = "/usr/bin/yes".into();
        config.uploads.costly_per_hour = 2;
    })
    .await;
    let (greedy, other) = (app.citizen().await, app.citizen().await);
    let draft = greedy.draft("arrival-notice").await.id;
    for code in [ErrorCode::FileRefused, ErrorCode::FileRefused, ErrorCode::TooManyRequests] {
        assert_eq!(refused(&greedy, draft, "scan.jpg", files::jpeg()).await.0, code);
    }
    let draft = other.draft("arrival-notice").await.id;
    assert_eq!(refused(&other, draft, "scan.jpg", files::jpeg()).await.0, ErrorCode::FileRefused);
}

/// Whoever is signed out hears that, and nothing about what they would have sent to.
#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_sends_nothing() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await.id;
    app.sql("update sessions set revoked_at = now()").await;
    assert_eq!(
        refused(&citizen, draft, ".", files::jpeg()).await.0,
        ErrorCode::Unauthenticated,
        "before its name is looked at"
    );
}

/// Sends the beginning of a file; the rest comes by the other half, and when that is dropped the line breaks.
fn slow(
    app: &TestApp,
    citizen: &Citizen,
    draft: Uuid,
) -> (BoxFuture<'static, reqwest::Response>, oneshot::Sender<Vec<u8>>) {
    let (more, rest) = oneshot::channel();
    let beginning = stream::once(ready(Ok(files::jpeg()[..100].to_vec())));
    let rest = stream::once(async { rest.await.map_err(std::io::Error::other) });
    let body = reqwest::Body::wrap_stream(beginning.chain(rest));
    let sent = send(app, citizen, draft, body);
    (sent.map(Result::unwrap).boxed(), more)
}

async fn told(answer: reqwest::Response) -> (u16, ErrorCode) {
    assert_eq!(answer.headers()["retry-after"], "3");
    (answer.status().as_u16(), answer.json::<openapi::Problem>().await.unwrap().code)
}

/// Who holds uploads open has few of them, and keeps nobody else from sending theirs.
#[tokio::test(flavor = "multi_thread")]
async fn uploads_under_way_are_few_for_each_and_for_all() {
    let app = TestApp::start_with(|config| {
        config.uploads.under_way = 3;
        config.uploads.under_way_each = 2;
    })
    .await;
    let (greedy, other) = (app.citizen().await, app.citizen().await);
    let (draft, others) = (greedy.draft("arrival-notice").await.id, other.draft("arrival-notice").await.id);
    let (held, mut rests): (Vec<_>, Vec<_>) = (0..3).map(|_| slow(&app, &greedy, draft)).unzip();
    // Whichever comes last is turned away before its body has come.
    let (refused, place, mut held) = select_all(held).await;
    assert_eq!(told(refused).await, (429, ErrorCode::TooManyRequests));
    rests.swap_remove(place);
    other.attach(others, "passport", "scan.jpg", files::jpeg()).await;

    let (both, _rests): (Vec<_>, Vec<_>) = (0..2).map(|_| slow(&app, &other, others)).unzip();
    let (refused, _, _both) = select_all(both).await;
    assert_eq!(told(refused).await, (503, ErrorCode::Busy));

    // Whatever a slow one comes to, its place is free again.
    rests.remove(0).send(files::jpeg()[100..].to_vec()).unwrap();
    assert_eq!(held.remove(0).await.status(), 201);
    greedy.attach(draft, "passport", "scan.jpg", files::jpeg()).await;
}

/// Whoever sends nothing more does not hold the line for ever.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_stands_still_is_broken_off() {
    let app = TestApp::start_with(|config| config.listen.body_patience_seconds = 2).await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await.id;
    let (answer, _rest) = slow(&app, &citizen, draft);
    let answer = answer.await;
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.json::<openapi::Problem>().await.unwrap().code, ErrorCode::Malformed);
    let mut stored = Vec::new();
    walk(&app.app.config.storage.dir, &mut stored);
    assert!(stored.is_empty(), "{stored:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_one_document_and_strangers_see_none() {
    let app = TestApp::start().await;
    let (citizen, stranger, officer) = (app.citizen().await, app.citizen().await, app.officer().await);
    let draft = citizen.draft("arrival-notice").await.id;
    let (key, content) = (key(), files::jpeg());
    let first =
        citizen.client.upload_document(key, draft, &query("a.jpg"), content.clone(), None).await.unwrap();
    let again = citizen.client.upload_document(key, draft, &query("a.jpg"), content, None).await.unwrap();
    assert_eq!(first, again);
    let first = first.document;
    let other =
        citizen.client.upload_document(key, draft, &query("b.jpg"), files::png(), None).await.unwrap_err();
    assert_eq!(other.code(), Some(ErrorCode::IdempotencyKeyReused));
    for refusal in [
        stranger.client.download_document(first.id).await.unwrap_err(),
        stranger.client.delete_document(first.id).await.unwrap_err(),
        stranger.client.get_application(draft).await.unwrap_err(),
        officer.client.download_case_document(first.id).await.unwrap_err(),
    ] {
        assert_eq!(refusal.code(), Some(ErrorCode::NotFound));
    }
    citizen.client.delete_document(first.id).await.unwrap();
    assert_eq!(
        citizen.client.download_document(first.id).await.unwrap_err().code(),
        Some(ErrorCode::NotFound)
    );
}

/// What has been filed keeps every file that was ever its own, so there is an end to replacing; a draft keeps none.
#[tokio::test(flavor = "multi_thread")]
async fn replaced_files_of_what_is_filed_are_counted() {
    let app = TestApp::start_with(|config| config.uploads.max_kept_files = 3).await;
    let citizen = app.citizen().await;
    let replace = async |id: Uuid, old: Uuid| {
        let wanted = UploadQuery { replaces: Some(old), ..query("again.jpg") };
        citizen.client.upload_document(key(), id, &wanted, files::jpeg(), None).await
    };
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    let mut passport = draft.documents.iter().find(|document| document.item == "passport").unwrap().id;
    for _ in 0..4 {
        passport = replace(draft.id, passport).await.unwrap().document.id;
    }
    let draft = citizen.client.get_application(draft.id).await.unwrap();
    let filed = citizen.submit(&app, &draft).await;
    app.run_jobs().await;
    let filed = citizen.client.get_application(filed.id).await.unwrap();
    citizen.client.amend_application(key(), filed.id, filed.version).await.unwrap();
    passport = replace(filed.id, passport).await.unwrap().document.id;

    let refusal = replace(filed.id, passport).await.unwrap_err();
    let problem = refusal.problem().unwrap();
    assert_eq!((problem.code, problem.errors[0].code.as_str()), (ErrorCode::FileRefused, "too_many_files"));
    assert_eq!(problem.errors[0].params["count"].as_str(), "3");
    citizen.client.delete_document(passport).await.unwrap();
    let (_, found) = refused(&citizen, filed.id, "anew.jpg", files::jpeg()).await;
    assert_eq!(found, "too_many_files", "taken away is kept as well");
    assert_eq!(app.number("select count(*) as n from documents").await, 3);
}

/// Documents are a part of what is filed: whoever has read other ones is told so.
#[tokio::test(flavor = "multi_thread")]
async fn a_filing_over_other_documents_is_stale() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.ready("arrival-notice", tests::make::arrival()).await;
    let (challenge, code) = citizen.submission_code(&app, draft.id).await;
    let file = |version| {
        let code = code.as_str().into();
        let body = SubmissionIn { challenge_id: challenge.id, code, consent: true };
        let client = &citizen.client;
        async move { client.submit_application(key(), draft.id, version, &body).await }
    };
    let scan = UploadQuery { item: "ticket".into(), ..query("ticket.jpg") };
    let added = citizen.client.upload_document(key(), draft.id, &scan, files::jpeg(), None).await.unwrap();
    assert_eq!(added.version, draft.version + 1);
    assert_eq!(file(draft.version).await.unwrap_err().code(), Some(ErrorCode::StaleVersion));
    let removed = citizen.client.delete_document(added.document.id).await.unwrap();
    assert_eq!(removed.version, added.version + 1);
    assert_eq!(file(added.version).await.unwrap_err().code(), Some(ErrorCode::StaleVersion));
    assert_eq!(file(removed.version).await.unwrap().documents.len(), draft.documents.len());
}

/// Encrypted at rest, each with its own key: the folder holds nothing readable, and a swapped file is noticed.
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_on_the_disk_is_unreadable() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await.id;
    let a = citizen.attach(draft, "passport", "a.pdf", files::pdf("")).await;
    let b = citizen.attach(draft, "passport", "b.pdf", files::pdf("/Lang (en)")).await;
    let mut stored = Vec::new();
    walk(&app.app.config.storage.dir, &mut stored);
    assert_eq!(stored.len(), 2);
    for file in &stored {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(5).any(|bytes| bytes == b"%PDF-"));
    }
    app.sql(&format!("update documents set storage_key = storage_key || 'x' where id = '{}'", a.id)).await;
    app.sql(&format!(
        "update documents set storage_key = (select replace(storage_key, 'x', '') from documents where id = '{}') where id = '{}'",
        a.id, b.id
    ))
    .await;
    let refusal = citizen.client.download_document(b.id).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::Internal), "somebody else's bytes are not given out");
}

fn walk(dir: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}
