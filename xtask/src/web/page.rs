//! The one page of a bundle, with everything the browser can begin to fetch before it runs anything.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use serde_json::json;

use super::output::Output;
use super::styles::Fonts;
use super::{Mode, read_text};
use crate::workspace::Workspace;

/// Where the template wants the links.
const PLACE: &str = "<!-- assets -->";

/// What the icons stand in front of: in the page they need no request of their own.
const END: &str = "</body>";

/// Polls the build's number and reloads when it changes; a file of its own because the content security policy
/// allows no inline script.
const RELOAD: &str = include_str!("reload.js");

/// Writes `index.html` from `frontend/<bundle>/index.html`.
pub fn write(
    workspace: &Workspace,
    mode: Mode,
    name: &str,
    fonts: &Fonts,
    sprite: &str,
    output: &mut Output,
) -> Result<()> {
    let template = read_text(&workspace.path(format!("frontend/{name}/index.html")))?;
    for place in [PLACE, END] {
        ensure!(template.matches(place).count() == 1, "frontend/{name}/index.html needs one `{place}`");
    }
    let favicon = read_text(&workspace.path("frontend/assets/favicon.svg"))?;
    let mut head = links(fonts, &data_url(&favicon), output)?;
    if mode == Mode::Dev {
        let script = output.add("reload", "reload", "js", RELOAD.as_bytes())?;
        writeln!(head, "<script type=\"module\" src=\"{script}\"></script>")?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        output.add_as_named("build-id.txt", now.to_string().as_bytes())?;
    }
    let sprite = sprite.replacen("<svg ", "<svg hidden aria-hidden=\"true\" ", 1);
    let page = template.replace(PLACE, head.trim_end()).replace(END, &format!("{sprite}{END}"));
    output.add_as_named("index.html", page.as_bytes())
}

fn links(fonts: &Fonts, favicon: &str, output: &Output) -> Result<String> {
    let (glue, wasm) = (output.address("glue")?, output.address("wasm")?);
    let mut head = String::new();
    writeln!(head, "<link rel=\"icon\" href=\"{}\" type=\"image/svg+xml\">", escape(favicon))?;
    writeln!(head, "<link rel=\"stylesheet\" href=\"{}\">", output.address("css")?)?;
    writeln!(head, "<link rel=\"modulepreload\" href=\"{glue}\">")?;
    writeln!(
        head,
        "<link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>"
    )?;
    for font in &fonts.preload {
        writeln!(head, "<link rel=\"preload\" href=\"{font}\" as=\"font\" type=\"font/woff2\" crossorigin>")?;
    }
    writeln!(head, "<meta name=\"prichal-wasm\" content=\"{wasm}\">")?;
    let locales: BTreeMap<_, _> = output.addresses("locale-").collect();
    let assets = json!({ "locales": locales });
    writeln!(head, "<meta name=\"prichal-assets\" content=\"{}\">", escape(&assets.to_string()))?;
    writeln!(head, "<script type=\"module\" src=\"{glue}\"></script>")?;
    writeln!(head, "<script nomodule defer src=\"{}\"></script>", output.address("unsupported")?)?;
    Ok(head)
}

/// A small picture in its own address: a request less on the way to the first sight of the page.
fn data_url(svg: &str) -> String {
    let svg = svg.trim().replace('%', "%25").replace('#', "%23").replace('<', "%3C").replace('>', "%3E");
    format!("data:image/svg+xml,{}", svg.replace('"', "'"))
}

/// For the value of an attribute.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
