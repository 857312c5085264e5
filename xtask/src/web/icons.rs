//! One sprite with the icons that `frontend/assets/icons.txt` names.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, ensure};

use super::packages::Packages;
use super::read_text;
use crate::progress::say;
use crate::workspace::Workspace;

const LIST: &str = "frontend/assets/icons.txt";
const SAVED: &str = "frontend/assets/icons.svg";

/// The sprite made from the package, or the saved one where there is no package.
pub fn sprite(workspace: &Workspace, packages: &Packages) -> Result<String> {
    let saved = read_text(&workspace.path(SAVED));
    if !packages.is_there() {
        return saved;
    }
    let made = draw(workspace, packages)?;
    if saved.is_ok_and(|saved| saved != made) {
        say(&format!("{SAVED} is out of date; to renew it: cargo xtask web --save-icons"));
    }
    Ok(made)
}

/// Keeps the sprite for machines that cannot reach the package.
pub fn save(workspace: &Workspace, packages: &Packages) -> Result<()> {
    ensure!(packages.is_there(), "the icon package is not here, so there is nothing to save");
    fs::write(workspace.path(SAVED), draw(workspace, packages)?).with_context(|| format!("write {SAVED}"))
}

fn draw(workspace: &Workspace, packages: &Packages) -> Result<String> {
    let mut sprite = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\"><!-- Lucide, ISC licence -->\n");
    for line in read_text(&workspace.path(LIST))?.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, icon) =
            line.split_once('=').with_context(|| format!("{LIST}: `{line}` is not `name = icon`"))?;
        let (name, icon) = (name.trim(), icon.trim());
        let file = packages
            .file(&format!("lucide-static/icons/{icon}.svg"))
            .with_context(|| format!("{LIST}: Lucide has no icon `{icon}`"))?;
        let shapes = shapes(&read_text(&file)?).with_context(|| format!("{}", file.display()))?;
        writeln!(sprite, "<symbol id=\"i-{name}\" viewBox=\"0 0 24 24\">{shapes}</symbol>")?;
    }
    sprite.push_str("</svg>\n");
    Ok(sprite)
}

/// What is drawn, without the frame and its size and colours, which the style sheet gives.
fn shapes(icon: &str) -> Result<String> {
    let frame = icon.find("<svg").context("no <svg>")?;
    let (_, inner) = icon.get(frame..).and_then(|svg| svg.split_once('>')).context("no end of <svg>")?;
    let (inner, _) = inner.rsplit_once("</svg>").context("no </svg>")?;
    Ok(inner.split_whitespace().collect::<Vec<_>>().join(" ").replace(" />", "/>").replace("> <", "><"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_shapes_of_an_icon_and_nothing_else() {
        let icon = "<!-- licence -->\n<svg\n  class=\"x\"\n  width=\"24\"\n>\n  <path d=\"M5 12h14\" />\n  <circle r=\"1\" />\n</svg>\n";
        assert_eq!(shapes(icon).unwrap(), "<path d=\"M5 12h14\"/><circle r=\"1\"/>");
        assert!(shapes("<p>not an icon</p>").is_err());
    }
}
