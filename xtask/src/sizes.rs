//! Whether the bundles keep to their budgets (`xtask/budgets.toml`).

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::progress::{say, size};
use crate::web::{BUNDLES, Manifest, Mode};
use crate::workspace::Workspace;

const KB: u64 = 1024;

/// Limits of one bundle, in KB over the wire.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    wasm: u64,
    glue: u64,
    css: u64,
    /// Of the first view.
    fonts: u64,
    /// Of the biggest language.
    locale: u64,
    first_load: u64,
    /// Number of files in the first load.
    requests: u64,
}

/// Prints what every part weighs beside its budget; fails with the list of those that are too heavy.
pub fn check(workspace: &Workspace) -> Result<()> {
    let file = workspace.path("xtask/budgets.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    let budgets: BTreeMap<String, Budget> = toml::from_str(&text).context("xtask/budgets.toml")?;
    let mut over = Vec::new();
    for bundle in &BUNDLES {
        let budget = budgets.get(bundle.name).with_context(|| format!("no budget for `{}`", bundle.name))?;
        let manifest =
            Manifest::read(workspace, Mode::Release, bundle.name).context("run `cargo xtask web` first")?;
        let sizes: Vec<_> = manifest.sizes()?.into_iter().map(|(role, _, wire)| (role, wire)).collect();
        over.extend(judge(bundle.name, budget, &sizes));
    }
    ensure!(over.is_empty(), "over budget:\n  {}", over.join("\n  "));
    Ok(())
}

fn judge(bundle: &str, budget: &Budget, sizes: &[(&str, u64)]) -> Vec<String> {
    let of = |wanted: &str| -> Vec<u64> {
        let fits = |role: &str| role == wanted || (wanted.ends_with([':', '-']) && role.starts_with(wanted));
        sizes.iter().filter(|(role, _)| fits(role)).map(|(_, wire)| *wire).collect()
    };
    let sum = |wanted: &str| -> u64 { of(wanted).iter().sum() };
    let locale = of("locale-").into_iter().max().unwrap_or_default();
    let first_load = ["index.html", "css", "glue", "wasm", "icons", "font-first:"]
        .iter()
        .map(|role| sum(role))
        .sum::<u64>()
        + locale;
    // Page, style, glue, WASM, icons and a language, besides the fonts.
    let requests = 6 + u64::try_from(of("font-first:").len()).unwrap_or(u64::MAX);

    let mut over = Vec::new();
    for (what, bytes, limit) in [
        ("wasm", sum("wasm"), budget.wasm),
        ("glue", sum("glue"), budget.glue),
        ("css", sum("css"), budget.css),
        ("fonts", sum("font-first:"), budget.fonts),
        ("locale", locale, budget.locale),
        ("first load", first_load, budget.first_load),
    ] {
        say(&format!("{bundle:<7} {what:<11} {:>10} of {limit} KB", size(bytes)));
        if bytes > limit * KB {
            over.push(format!("{bundle}: {what} is {}, at most {limit} KB", size(bytes)));
        }
    }
    if requests > budget.requests {
        over.push(format!("{bundle}: {requests} requests, at most {}", budget.requests));
    }
    over
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> Budget {
        Budget { wasm: 300, glue: 15, css: 20, fonts: 40, locale: 25, first_load: 330, requests: 8 }
    }

    #[test]
    fn counts_one_language_and_the_fonts_of_the_first_view_only() {
        let sizes = [
            ("wasm", 300 * KB),
            ("locale-en", 10 * KB),
            ("locale-ru", 20 * KB),
            ("font-first:cyr", 10 * KB),
            ("font:arabic", 900 * KB),
        ];
        assert_eq!(judge("portal", &budget(), &sizes), Vec::<String>::new());
    }

    #[test]
    fn names_what_is_over() {
        let sizes = [
            ("wasm", 300 * KB + 1),
            ("css", 21 * KB),
            ("font-first:a", 1),
            ("font-first:b", 1),
            ("font-first:c", 1),
        ];
        let over = judge("portal", &budget(), &sizes);
        assert_eq!(
            over,
            [
                "portal: wasm is 300.0 KB, at most 300 KB",
                "portal: css is 21.0 KB, at most 20 KB",
                "portal: 9 requests, at most 8",
            ]
        );
    }
}
