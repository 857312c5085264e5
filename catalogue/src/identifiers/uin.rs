//! УИН, the unique identifier of a charge: 20 or 25 symbols, the last a check digit (GIS GMP).

/// Whether the text is a УИН whose check digit fits. Zeros alone mean "no identifier" and are not one.
#[must_use]
pub fn is_uin(text: &str) -> bool {
    let symbols = text.chars().count();
    let Some((index, last)) = text.char_indices().next_back() else { return false };
    let body = text.get(..index).unwrap_or_default();
    matches!(symbols, 20 | 25)
        && text.chars().any(|character| character != '0')
        && last.to_digit(10).is_some_and(|digit| uin_check_digit(body) == Some(digit))
}

/// The check digit of the 19 or 24 symbols before it; `None` if one of them is neither a digit nor a letter of
/// the table. Weights run 1 to 10 from the left; a remainder of 10 is tried again with weights from 3, and is 0
/// after that.
#[must_use]
pub fn uin_check_digit(body: &str) -> Option<u32> {
    let values: Vec<u32> = body.chars().map(value).collect::<Option<_>>()?;
    let remainder = |first_weight: u32| {
        let weights = (0_u32..10).cycle().skip(usize::try_from(first_weight - 1).unwrap_or(0));
        values.iter().zip(weights).map(|(value, weight)| value * (weight + 1)).sum::<u32>() % 11
    };
    [remainder(1), remainder(3)].into_iter().find(|digit| *digit < 10).or(Some(0))
}

/// A УИН of `length` (20 or 25) symbols: the accruer's `prefix`, the serial number filled with zeros, the check
/// digit. `None` if they do not fit or the prefix has other symbols than digits and letters of the table.
#[must_use]
pub fn make_uin(prefix: &str, serial: u64, length: usize) -> Option<String> {
    if !matches!(length, 20 | 25) {
        return None;
    }
    let width = (length - 1).checked_sub(prefix.chars().count())?;
    let body = format!("{prefix}{serial:0width$}");
    let check = uin_check_digit(&body)?;
    (body.chars().count() == length - 1).then(|| format!("{body}{check}"))
}

/// Digits are themselves; a letter is its place in the table of the system, modulo 10. Letters that look alike in
/// both scripts have the same place.
fn value(symbol: char) -> Option<u32> {
    let place = match symbol {
        '0'..='9' => return symbol.to_digit(10),
        'А' | 'A' => 1,
        'Б' => 2,
        'В' | 'B' => 3,
        'Г' => 4,
        'Д' => 5,
        'Е' | 'E' => 6,
        'Ж' => 7,
        'З' => 8,
        'И' => 9,
        'К' | 'K' => 10,
        'Л' => 11,
        'М' | 'M' => 12,
        'Н' | 'H' => 13,
        'О' | 'O' => 14,
        'П' => 15,
        'Р' | 'P' => 16,
        'С' | 'C' => 17,
        'Т' | 'T' => 18,
        'У' | 'Y' => 19,
        'Ф' => 20,
        'Х' | 'X' => 21,
        'Ц' => 22,
        'Ч' => 23,
        'Ш' => 24,
        'Щ' => 25,
        'Э' => 26,
        'Ю' => 27,
        'Я' => 28,
        'D' => 29,
        'F' => 30,
        'G' => 31,
        'I' => 32,
        'Ъ' | 'J' => 33,
        'L' => 34,
        'N' => 35,
        'Ы' | 'Q' => 36,
        'R' => 37,
        'S' => 38,
        'U' => 39,
        'V' => 40,
        'W' => 41,
        'Ь' | 'Z' => 42,
        _ => return None,
    };
    Some(place % 10)
}
