//! Scripts, transliteration, comparison.

use catalogue::names::{
    PersonName, Scheme, Similarity, compare, compare_people, is_cyrillic, is_latin, machine_form,
    transliterate,
};

#[test]
fn every_letter_has_its_place_in_every_scheme() {
    let alphabet = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя";
    for (scheme, latin) in [
        (Scheme::Table, "abvgdeyozhziyklmnoprstufkhtschshshchyeyuya"),
        (Scheme::Icao, "abvgdeezhziiklmnoprstufkhtschshshchieyeiuia"),
        (Scheme::Icao2010, "abvgdeezhziiklmnoprstufkhtcchshshchyeiuia"),
        (Scheme::Gost, "abvgdeyozhzijklmnoprstufxczchshshh``y``e`yuya"),
    ] {
        assert_eq!(transliterate(alphabet, scheme), latin, "{scheme:?}");
    }
}

#[test]
fn case_and_other_signs_are_kept() {
    for (text, scheme, latin) in [
        ("ЗЮЗИН ИЛЬЯ", Scheme::Icao, "ZIUZIN ILIA"),
        ("Щукина-Юшкевич Яна", Scheme::Table, "Shchukina-Yushkevich Yana"),
        ("ЩУКИН", Scheme::Table, "SHCHUKIN"),
        ("Ю", Scheme::Table, "Yu"),
        ("Подъячев", Scheme::Icao, "Podieiachev"),
        ("Цирк и цапля", Scheme::Gost, "Cirk i czaplya"),
        ("О'Нил 3", Scheme::Icao, "O'Nil 3"),
        ("Қодиров", Scheme::Icao, "Қodirov"),
    ] {
        assert_eq!(transliterate(text, scheme), latin, "{text}");
    }
}

#[test]
fn scripts_are_told_apart() {
    assert!(is_latin("O'Neill-Müller Jr.") && is_latin("Nguyễn") && is_latin(""));
    assert!(is_cyrillic("Ғафуров") && is_cyrillic("Ёлкина-Ель"));
    assert!(!is_latin("Ivаnov"), "the а is Cyrillic");
    assert!(!is_cyrillic("Иванoв"), "the o is Latin");
    assert!(!is_latin("Ivanov1") && !is_latin("A×B") && !is_cyrillic("Иван!"));
}

#[test]
fn the_machine_form_has_base_letters() {
    for (name, form) in [
        ("Müller", "MUELLER"),
        ("O'Neill", "ONEILL"),
        ("Nguyễn Thị", "NGUYEN THI"),
        ("anna--maria", "ANNA-MARIA"),
        ("Straße", "STRASSE"),
        ("Łukasz Żak-", "LUKASZ ZAK"),
    ] {
        assert_eq!(machine_form(name), form);
    }
}

#[test]
fn names_are_equal_close_or_different() {
    for (a, b, similarity) in [
        ("Семёнова-Белых", "СЕМЕНОВА БЕЛЫХ", Similarity::Equal),
        ("O’Neill", "ONEILL", Similarity::Equal),
        ("Зюзин", "ZIUZIN", Similarity::Equal),
        ("Цветкова", "TCVETKOVA", Similarity::Equal),
        ("Цветкова", "Tsvetkova", Similarity::Equal),
        ("Müller", "MUELLER", Similarity::Equal),
        ("Абдурахманов", "Абдурахмонов", Similarity::Close),
        ("KARIMOVA", "KARIMOVAA", Similarity::Close),
        ("Каримов", "Иванов", Similarity::Different),
        ("", "", Similarity::Different),
        ("Ли", "Ким", Similarity::Different),
    ] {
        assert_eq!(compare(a, b), similarity, "{a} and {b}");
        assert_eq!(compare(b, a), similarity, "{b} and {a}");
    }
}

#[test]
fn a_patronymic_counts_only_where_both_have_one() {
    let name = |family, given, patronymic| PersonName { family, given, patronymic };
    let full = name("Каримов", "Азиз", "Рустамович");
    assert_eq!(compare_people(full, name("KARIMOV", "AZIZ", "")), Similarity::Equal);
    assert_eq!(compare_people(full, name("Каримов", "Азиз", "Иванович")), Similarity::Different);
    assert_eq!(compare_people(full, name("Каримов", "Рустам", "")), Similarity::Different);
}
