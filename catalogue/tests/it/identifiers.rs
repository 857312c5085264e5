//! Check digits, by published examples.

use catalogue::identifiers::{
    MrzError, Td3, is_account, is_bik, is_inn, is_inn_organisation, is_inn_person, is_kbk, is_kpp, is_ogrn,
    is_ogrnip, is_oktmo, is_snils, is_uin, make_uin, number, uin_check_digit,
};

use crate::sample::{TODAY, day};

#[test]
fn registration_numbers() {
    assert!(is_inn_organisation("7707083893") && is_inn("7707083893"));
    assert!(is_inn_person("500100732259") && is_inn("500100732259"));
    assert!(is_ogrn("1027700132195"));
    assert!(is_ogrnip("304500116000157"));
    assert!(is_snils("11223344595"));
    assert!(is_snils("00100199800"), "numbers this old have no check");
    assert!(is_kpp("770101001") && is_kpp("7701AB001"));
    for wrong in ["7707083894", "0000000000", "770708389", "770708389З", "500100732258", ""] {
        assert!(!is_inn(wrong), "{wrong}");
    }
    assert!(!is_inn_person("7707083893") && !is_inn_organisation("500100732259"));
    assert!(!is_ogrn("1027700132196") && !is_ogrn("0000000000000") && !is_ogrnip("304500116000158"));
    assert!(!is_snils("11223344596") && !is_snils("00000000000"));
    assert!(!is_kpp("77010100A") && !is_kpp("7701010011"));
}

#[test]
fn accounts_fit_their_bank() {
    for (bik, account) in [
        ("044525225", "40702810138250123017"),
        ("044525225", "30101810400000000225"),
        ("004525988", "40102810545370000003"),
        ("017003983", "40102810445370000059"),
        ("004525987", "40102810845370000004"),
        ("014030106", "40102810945370000005"),
        ("017003983", "03100643000000017300"),
    ] {
        assert!(is_account(account, bik), "{account} at {bik}");
    }
    assert!(!is_account("40702810138250123018", "044525225"));
    assert!(!is_account("40702810138250123017", "044525226"));
    assert!(!is_account("4070281013825012301", "044525225"));
    assert!(!is_account("40702D10138250123017", "044525225"), "no clearing currency has this letter");
    assert!(!is_account("40702810138250123017", "944525225"));
    assert!(is_bik("044525225") && !is_bik("54452522") && !is_bik("544525225"));
    assert!(is_kbk("18810806000018003110") && !is_kbk("1881080600001800311"));
    assert!(is_oktmo("45381000") && is_oktmo("45381000001") && !is_oktmo("453810000"));
}

#[test]
fn identifiers_of_charges() {
    for (body, check) in [
        ("2914177763170669074", 6),
        ("0759838675650889957", 6), // the first pass leaves 10
        ("4114426942080939729", 6),
    ] {
        assert_eq!(uin_check_digit(body), Some(check), "{body}");
        assert!(is_uin(&format!("{body}{check}")));
        assert!(!is_uin(&format!("{body}{}", (check + 1) % 10)));
    }
    assert!(!is_uin("0") && !is_uin("00000000000000000000") && !is_uin("2914177763170669074"));
    assert_eq!(uin_check_digit("Ё"), None);
    assert_eq!(uin_check_digit("А"), uin_check_digit("A"), "look-alikes count the same");

    let uin = make_uin("18899999", 42, 20).unwrap();
    assert!(is_uin(&uin) && uin.starts_with("1889999900000000042"), "{uin}");
    assert!(is_uin(&make_uin("18899999", u64::from(u32::MAX), 25).unwrap()));
    assert_eq!(make_uin("18899999", 1_000_000_000_000, 20), None, "the serial number is too long");
    assert_eq!(make_uin("18899999", 1, 21), None);
    assert_eq!(make_uin("188-9999", 1, 20), None);
}

#[test]
fn the_machine_readable_zone_of_a_passport() {
    let line1 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
    let line2 = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let zone = Td3::parse(line1, line2, TODAY).unwrap();
    assert_eq!((zone.family.as_str(), zone.given.as_str()), ("ERIKSSON", "ANNA MARIA"));
    assert_eq!(
        (zone.number.as_str(), zone.nationality.as_str(), zone.issuer.as_str()),
        ("L898902C3", "UTO", "UTO")
    );
    assert_eq!((zone.birth, zone.expiry, zone.sex), (day("1974-08-12"), day("2012-04-15"), 'F'));
    assert_eq!(zone.optional, "ZE184226B");
    for (column, place) in [(10, 1), (20, 13), (28, 21), (43, 28)] {
        let mut wrong = line2.to_owned();
        let digit = if wrong.as_bytes()[place] == b'1' { "2" } else { "1" };
        wrong.replace_range(place..=place, digit);
        assert_eq!(Td3::parse(line1, &wrong, TODAY), Err(MrzError::CheckDigit { column }), "{wrong}");
    }
    let composite = line2.replace("<<<10", "<<<11");
    assert_eq!(Td3::parse(line1, &composite, TODAY), Err(MrzError::CheckDigit { column: 44 }));
    assert_eq!(Td3::parse(line1, &line2[1..], TODAY), Err(MrzError::Line { line: 2 }));
    assert_eq!(Td3::parse(&line1.to_lowercase(), line2, TODAY), Err(MrzError::Line { line: 1 }));
}

#[test]
fn numbers_of_applications_are_read_as_people_type_them() {
    let made = number::make("ПР", 2026, 0x1234_5678);
    assert!(number::is_valid(&made), "{made}");
    assert_eq!(made.chars().count(), "ПР-2026-4K7M9Q-83".chars().count());
    let typed = [
        made.to_lowercase(),
        made.replace('-', ""),
        made.replace('-', " "),
        format!("  № {made}. "),
        made.replace('0', "O"),
        made.replace('1', "l"),
    ];
    for text in typed {
        assert_eq!(number::read(&text).as_deref(), Some(made.as_str()), "{text}");
    }
    for wrong in
        ["", "ПР-2026", "ПР-2026-4K7M9Q", "ПР-2026-4K7M9Q-", "ПР-20Z6-4K7M9Q-83", "ПР-2026-UUUUUU-83"]
    {
        assert_eq!(number::read(wrong), None, "{wrong}");
    }
    assert!(!number::is_valid(&made.to_lowercase()), "only the written form is valid as it stands");
}
