//! Money and the payment code.

use catalogue::{
    dictionary::Requisites,
    tariff::{PaymentCodeError, PaymentOrder, format_decimal, format_money, parse_decimal, st00012},
};

use crate::sample::{CATALOGUE, invitation};

const UIN: &str = "29141777631706690746";

fn payee() -> Requisites {
    CATALOGUE.dictionaries.requisites["migration"].clone()
}

fn order() -> PaymentOrder<'static> {
    PaymentOrder {
        amount: 160_000,
        purpose: "Госпошлина, № ПР-2026-4K7M9Q-83",
        uin: UIN,
        kbk: "18810806000018003110",
    }
}

#[test]
fn money_is_written_as_the_language_does() {
    for (kopecks, ru, en, bank) in [
        (160_000, "1 600,00 ₽", "₽1,600.00", "1600.00"),
        (5, "0,05 ₽", "₽0.05", "0.05"),
        (0, "0,00 ₽", "₽0.00", "0.00"),
        (-123_456_789, "−1 234 567,89 ₽", "−₽1,234,567.89", "-1234567.89"),
        (99_999, "999,99 ₽", "₽999.99", "999.99"),
    ] {
        assert_eq!(format_money(kopecks, "ru").replace('\u{A0}', " "), ru);
        assert_eq!(format_money(kopecks, "en"), en);
        assert_eq!(format_decimal(kopecks), bank);
    }
    assert_eq!(format_decimal(i64::MIN), "-92233720368547758.08");
}

#[test]
fn amounts_of_the_bank_are_read_without_rounding() {
    assert_eq!(parse_decimal("1600.00"), Some(160_000));
    assert_eq!(parse_decimal("0.05"), Some(5));
    for wrong in [
        "1600",
        "1600.0",
        "1600.000",
        "1,600.00",
        "-1.00",
        "+1.00",
        " 1.00",
        ".50",
        "1e3.00",
        "99999999999999999999.00",
    ] {
        assert_eq!(parse_decimal(wrong), None, "{wrong}");
    }
}

#[test]
fn the_payment_code_follows_the_standard() {
    let code = st00012(&payee(), &order()).unwrap();
    let fields: Vec<(&str, &str)> =
        code.split('|').skip(1).map(|field| field.split_once('=').expect("key and value")).collect();
    assert!(code.starts_with("ST00012|Name="));
    let keys: Vec<&str> = fields.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys[..5], ["Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc"]);
    for (key, value) in [
        ("Sum", "160000"),
        ("UIN", UIN),
        ("TechCode", "05"),
        ("CBC", "18810806000018003110"),
        ("BIC", "044525225"),
    ] {
        assert!(fields.contains(&(key, value)), "{key} in {code}");
    }
    assert!(code.split("|Sum=").next().unwrap().len() <= 300);
}

#[test]
fn the_separator_is_one_no_value_has() {
    let code = st00012(&payee(), &PaymentOrder { purpose: "а|б~в", ..order() }).unwrap();
    assert!(code.starts_with("ST00012_Name="), "{code}");
    let all = PaymentOrder { purpose: "|~_#$^&*/`@%", ..order() };
    assert_eq!(st00012(&payee(), &all), Err(PaymentCodeError::Separator));
}

#[test]
fn what_a_bank_would_refuse_is_refused_here() {
    let field = |field| Err(PaymentCodeError::Field { field });
    assert_eq!(st00012(&payee(), &PaymentOrder { amount: 0, ..order() }), field("Sum"));
    assert_eq!(st00012(&payee(), &PaymentOrder { amount: -1, ..order() }), field("Sum"));
    let long = "я".repeat(211);
    assert_eq!(st00012(&payee(), &PaymentOrder { purpose: &long, ..order() }), field("Purpose"));
    assert_eq!(st00012(&payee(), &PaymentOrder { purpose: "a\nb", ..order() }), field("Purpose"));
    assert_eq!(st00012(&payee(), &PaymentOrder { uin: "29141777631706690745", ..order() }), field("UIN"));
    assert_eq!(st00012(&payee(), &PaymentOrder { kbk: "1", ..order() }), field("CBC"));
    assert_eq!(st00012(&Requisites { bic: "1".into(), ..payee() }, &order()), field("BIC"));
    assert_eq!(st00012(&Requisites { account: "4".into(), ..payee() }, &order()), field("PersonalAcc"));
    let wide = Requisites { name: "Я".repeat(160), ..payee() };
    assert!(matches!(st00012(&wide, &order()), Err(PaymentCodeError::TooLong { bytes: 301.. })));
}

#[test]
fn the_fee_of_the_invitation_can_be_paid_by_code() {
    let fee = invitation().fee.as_ref().unwrap();
    let purpose = fee.purpose.get("ru").replace("{number}", "ПР-2026-4K7M9Q-83");
    let payee = &CATALOGUE.dictionaries.requisites[&fee.requisites];
    let order = PaymentOrder { amount: fee.amount, purpose: &purpose, uin: UIN, kbk: &fee.kbk };
    assert!(st00012(payee, &order).is_ok());
}
