//! An address in Russia by its parts (DQ-11): federal subject, district, town, street, house, building, flat, postcode, and
//! the place in words where street or house have no name.

use catalogue::definition::Address;
use catalogue::dictionary::{Region, find_region};
use leptos::prelude::*;
use leptos::text_prop::TextProp;

use super::autocomplete::Autocomplete;
use super::choice::Opt;
use super::field::Field;
use super::input::{TextInput, Textarea};
use crate::api::Errors;
use crate::i18n::{t, use_i18n};
use crate::opt_text::OptText;

/// The parts of an address while they are filled in. Copy.
#[derive(Debug, Clone, Copy)]
pub struct AddressParts {
    pub region: RwSignal<String>,
    pub district: RwSignal<String>,
    pub town: RwSignal<String>,
    pub street: RwSignal<String>,
    pub house: RwSignal<String>,
    pub building: RwSignal<String>,
    pub flat: RwSignal<String>,
    pub postcode: RwSignal<String>,
    pub note: RwSignal<String>,
}

impl AddressParts {
    #[must_use]
    pub fn new(address: Address) -> Self {
        Self {
            region: RwSignal::new(address.region),
            district: RwSignal::new(address.district),
            town: RwSignal::new(address.town),
            street: RwSignal::new(address.street),
            house: RwSignal::new(address.house),
            building: RwSignal::new(address.building),
            flat: RwSignal::new(address.flat),
            postcode: RwSignal::new(address.postcode),
            note: RwSignal::new(address.note),
        }
    }

    /// The address as it is filled in; tracks.
    #[must_use]
    pub fn get(&self) -> Address {
        Address {
            region: self.region.get(),
            district: self.district.get(),
            town: self.town.get(),
            street: self.street.get(),
            house: self.house.get(),
            building: self.building.get(),
            flat: self.flat.get(),
            postcode: self.postcode.get(),
            note: self.note.get(),
        }
    }

    /// Fills in another address.
    pub fn set(&self, address: Address) {
        self.region.set(address.region);
        self.district.set(address.district);
        self.town.set(address.town);
        self.street.set(address.street);
        self.house.set(address.house);
        self.building.set(address.building);
        self.flat.set(address.flat);
        self.postcode.set(address.postcode);
        self.note.set(address.note);
    }
}

/// The fields of an address. Errors stand at the parts they speak of (`<name>/postcode`), or above the whole.
#[component]
pub fn AddressInput(
    #[prop(into)] name: String,
    #[prop(into)] legend: TextProp,
    parts: AddressParts,
    regions: Vec<Region>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let errors = errors.unwrap_or_default();
    let field = Field::new(&name, Some(errors), hint);
    let on_blur = on_blur.unwrap_or_else(|| Callback::new(|()| {}));
    let options: Vec<Opt> = regions
        .iter()
        .map(|region| {
            let terms = region.name.in_all().chain(region.aliases.iter().map(String::as_str));
            Opt::new(region.code.clone(), i18n.prop(&region.name)).with_terms(terms)
        })
        .collect();
    // A name that was typed or pasted becomes the region of the list that it means.
    let region_left = Callback::new(move |()| {
        let found =
            parts.region.with_untracked(|text| find_region(&regions, text).map(|found| found.code.clone()));
        if let Some(code) = found.filter(|code| parts.region.with_untracked(|text| text != code)) {
            parts.region.set(code);
        }
        on_blur.run(());
    });
    let part = |part: &str| format!("{name}/{part}");
    let line = |own: &'static str, value: RwSignal<String>, width: &'static str, is_optional: bool| {
        let (inputmode, token) = match own {
            "postcode" => (Some("numeric"), Some("postal-code")),
            "town" => (None, Some("address-level2")),
            "street" => (None, Some("address-line1")),
            _ => (None, None),
        };
        view! {
            <TextInput
                name=part(own)
                label=t(label(own))
                value=value
                errors=errors
                width=width
                optional=is_optional
                inputmode=inputmode.unwrap_or("text")
                autocomplete=token.unwrap_or("off")
                on_blur=on_blur
            />
        }
        .into_any()
    };
    let note_name = part("note");
    let control = view! {
        <div class="form">
            <Autocomplete
                name=part("region")
                label=t("components.address_region")
                value=parts.region
                options=options
                hint=t("components.address_region_hint")
                autocomplete="address-level1"
                errors=errors
                on_blur=region_left
            />
            {line("district", parts.district, "20", true)}
            {line("town", parts.town, "20", false)}
            {line("street", parts.street, "20", false)}
            <div class="row row--end gap-4">
                {line("house", parts.house, "6", false)}
                {line("building", parts.building, "6", true)}
                {line("flat", parts.flat, "6", true)}
            </div>
            {line("postcode", parts.postcode, "6", false)}
            <details class="details" open=!parts.note.get_untracked().is_empty()>
                <summary>{t("components.address_no_street")}<crate::icon::Icon name="chev"/></summary>
                <div>
                    <Textarea
                        name=note_name
                        label=t("components.address_note")
                        hint=t("components.address_note_hint")
                        value=parts.note
                        errors=errors
                        rows=3
                        optional=true
                        on_blur=on_blur
                    />
                </div>
            </details>
        </div>
    };
    field.grouped(legend, optional, control.into_any())
}

fn label(part: &str) -> &'static str {
    match part {
        "district" => "components.address_district",
        "town" => "components.address_town",
        "street" => "components.address_street",
        "house" => "components.address_house",
        "building" => "components.address_building",
        "flat" => "components.address_flat",
        _ => "components.address_postcode",
    }
}
