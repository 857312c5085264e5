//! One style sheet per bundle, and the fonts it names.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow, bail};
use lightningcss::rules::CssRule;
use lightningcss::rules::font_face::{FontFaceProperty, Source};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet};
use lightningcss::targets::{Browsers, Targets};
use serde::Deserialize;

use super::output::Output;
use super::packages::Packages;
use super::{Bundle, read, read_text};
use crate::workspace::Workspace;

/// The oldest browsers that have container queries and `:has()`, which the design cannot do without; what is newer
/// (nesting, ranges in media queries) is translated for them. `version << 16`.
const OLDEST: Browsers = Browsers {
    android: Some(105 << 16),
    chrome: Some(105 << 16),
    edge: Some(105 << 16),
    firefox: Some(110 << 16),
    ie: None,
    ios_saf: Some(16 << 16),
    opera: Some(91 << 16),
    safari: Some(16 << 16),
    samsung: Some(20 << 16),
};

/// `frontend/assets/fonts.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FontList {
    first_view: Vec<String>,
    preload: Vec<String>,
    files: BTreeMap<String, String>,
}

/// The fonts of a bundle by the name the style sheet gives them.
#[derive(Debug)]
pub struct Fonts {
    /// Address in the bundle, or `None` where the package could not be had.
    addresses: BTreeMap<String, Option<String>>,
    /// Addresses to fetch early.
    pub preload: Vec<String>,
}

/// Adds the fonts that are there to the bundle.
pub fn add_fonts(workspace: &Workspace, packages: &Packages, output: &mut Output) -> Result<Fonts> {
    let list: FontList = toml::from_str(&read_text(&workspace.path("frontend/assets/fonts.toml"))?)?;
    let mut addresses = BTreeMap::new();
    for (name, path) in &list.files {
        let address = match packages.file(path) {
            Some(file) => {
                let stem = name.trim_end_matches(".woff2");
                let role = if list.first_view.contains(name) { "font-first" } else { "font" };
                Some(output.add(&format!("{role}:{stem}"), stem, "woff2", &read(&file)?)?)
            }
            None if packages.is_there() => bail!("fonts.toml: the packages have no {path}"),
            None => None,
        };
        addresses.insert(name.clone(), address);
    }
    let preload = list.preload.iter().filter_map(|name| addresses.get(name).cloned().flatten()).collect();
    Ok(Fonts { addresses, preload })
}

/// Joins the sheets of a bundle, points its fonts to where they are, and writes it small.
pub fn compile(workspace: &Workspace, bundle: &Bundle, fonts: &Fonts) -> Result<String> {
    let mut source = String::new();
    for sheet in bundle.styles {
        source.push_str(&read_text(&workspace.path(format!("frontend/styles/{sheet}.css")))?);
        source.push('\n');
    }
    render(&source, &fonts.addresses)
}

fn render(source: &str, fonts: &BTreeMap<String, Option<String>>) -> Result<String> {
    let targets = Targets::from(OLDEST);
    let mut sheet = StyleSheet::parse(source, ParserOptions::default())
        .map_err(|error| anyhow!("the joined style sheet is wrong: {error}"))?;
    point_to_fonts(&mut sheet, fonts)?;
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| anyhow!("the joined style sheet is wrong: {error}"))?;
    let options = PrinterOptions { minify: true, targets, ..PrinterOptions::default() };
    Ok(sheet.to_css(options).map_err(|error| anyhow!("the style sheet cannot be written: {error}"))?.code)
}

/// `url(fonts/NAME)` becomes the hashed address; a rule whose font is not here is left out, so that the browser
/// goes on to the next family of the list instead of asking for a file that does not exist.
fn point_to_fonts(sheet: &mut StyleSheet<'_>, fonts: &BTreeMap<String, Option<String>>) -> Result<()> {
    let mut unknown = Vec::new();
    sheet.rules.0.retain_mut(|rule| {
        let CssRule::FontFace(face) = rule else { return true };
        let mut is_here = true;
        for property in &mut face.properties {
            let FontFaceProperty::Source(sources) = property else { continue };
            for source in sources {
                let Source::Url(source) = source else { continue };
                let name = source.url.url.rsplit('/').next().unwrap_or_default().to_owned();
                match fonts.get(&name) {
                    Some(Some(address)) => source.url.url = address.clone().into(),
                    Some(None) => is_here = false,
                    None => unknown.push(name),
                }
            }
        }
        is_here
    });
    if unknown.is_empty() {
        return Ok(());
    }
    bail!("the style sheet names fonts that frontend/assets/fonts.toml does not: {}", unknown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = "@font-face { font-family: A; src: url(fonts/a.woff2) format('woff2'); }\n\
                         @font-face { font-family: L; src: local('Arial'); }\n\
                         .x { color: red; & .y { color: blue } }";

    fn fonts(address: Option<&str>) -> BTreeMap<String, Option<String>> {
        BTreeMap::from([("a.woff2".to_owned(), address.map(str::to_owned))])
    }

    #[test]
    fn points_fonts_to_their_hashed_files_and_flattens_nesting() {
        let css = render(SHEET, &fonts(Some("/assets/a.123.woff2"))).unwrap();
        assert!(css.contains("url(/assets/a.123.woff2)"), "{css}");
        assert!(css.contains(".x .y{color:"), "{css}");
    }

    #[test]
    fn leaves_out_the_rule_of_a_font_that_cannot_be_had() {
        let css = render(SHEET, &fonts(None)).unwrap();
        assert!(!css.contains("woff2"), "{css}");
        assert!(css.contains("Arial"), "{css}");
    }

    #[test]
    fn refuses_a_font_that_nobody_listed() {
        let error = render(SHEET, &BTreeMap::new()).unwrap_err().to_string();
        assert!(error.contains("a.woff2"), "{error}");
    }
}
