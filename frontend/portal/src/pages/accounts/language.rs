//! The choice of the language of letters.

use kit::prelude::*;

/// Languages by their own names; `value` is the code.
#[component]
pub fn LanguageChoice(value: RwSignal<String>, errors: Errors) -> impl IntoView {
    let i18n = use_i18n();
    let options = i18n
        .languages()
        .into_iter()
        .map(|language| {
            let key = format!("common.language_{language}");
            Opt::new(language, TextProp::from(move || i18n.t(&key)))
        })
        .collect::<Vec<_>>();
    view! {
        <Radios
            name="language"
            legend=t("accounts.language")
            value=value
            options=options
            errors=errors
            inline=true
        />
    }
}
