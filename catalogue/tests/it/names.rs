//! Scripts, transliteration, comparison.

use catalogue::names::{
    Fault, PersonName, Scheme, Similarity, compare, compare_people, fault, is_cyrillic, is_latin,
    machine_form, transliterate,
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
fn names_of_all_scripts_are_names() {
    for name in [
        "Образцова-Пристань Анна Мария",
        "O'Neill-Müller Jr.",
        "Ə\u{259}liyev",
        "D\u{2019}Artagnan",
        "Gʻofur oʻgʻli",
        "И.П.",
        "Образцов И.П.",
        "Քոչարյան",
        "გიორგი",
        "محمد رضا",
        "علی\u{200C}رضا",
        "अनिल कुमार",
        "ශ්\u{200D}රී",
        "สมชาย ใจดี",
        "김민수",
        "田中さくら",
        "Núria·Vidal",
        "x\u{301}",
    ] {
        assert_eq!(fault(name), None, "{name}");
    }
}

#[test]
fn sentences_addresses_and_invisible_names_are_none() {
    for (name, wrong) in [
        ("Акция! Приз ждёт", Fault::Character('!')),
        ("приз на https://evil.example/p", Fault::Scripts),
        ("https://evil.example", Fault::Character(':')),
        ("12345 @@@", Fault::Character('1')),
        ("evil.example", Fault::Dot),
        ("t.me", Fault::Dot),
        ("Aziz evil.example.", Fault::Dot),
        ("Ivаnov", Fault::Scripts), // the а is Cyrillic
        ("", Fault::NoLetter),
        (". - '", Fault::NoLetter),
        ("\u{3164}", Fault::Character('\u{3164}')),
        ("A\u{115F}", Fault::Character('\u{115F}')),
        ("\u{2800}", Fault::Character('\u{2800}')),
        ("A\u{34F}", Fault::Character('\u{34F}')),
        ("A\u{FE0F}", Fault::Character('\u{FE0F}')),
        ("\u{200D}", Fault::Character('\u{200D}')),
        ("Aziz\u{200D}", Fault::Character('\u{200D}')),
        ("علی\u{200C}", Fault::Character('\u{200C}')),
        ("\u{301}A", Fault::Character('\u{301}')),
        ("Z\u{301}\u{302}\u{303}\u{304}", Fault::Character('\u{304}')),
        ("\u{1D400}\u{1D401}", Fault::Character('\u{1D400}')),
        ("Азиз😀", Fault::Character('😀')),
    ] {
        assert_eq!(fault(name), Some(wrong), "{name:?}");
    }
    let finding = Fault::Character('\u{FE0F}').at("/given_name".into());
    assert_eq!(finding.params["character"], "U+FE0F");
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
