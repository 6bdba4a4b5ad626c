//! Words, and when a text is found by a query: each word of the query must be the start of a word
//! of the text. Words are parted by blanks; case, and punctuation around a word, count for nothing.

/// A query as it is searched for.
#[derive(Debug, PartialEq)]
pub(crate) struct Query(Vec<String>);

impl Query {
    /// Reads a query. One without a word finds nothing.
    pub(crate) fn read(text: &str) -> Query {
        Query(words(text).collect())
    }

    /// Whether it finds this text.
    pub(crate) fn finds(&self, text: &str) -> bool {
        let there: Vec<String> = words(text).collect();
        let found = |word: &String| there.iter().any(|other| other.starts_with(word.as_str()));
        !self.0.is_empty() && self.0.iter().all(found)
    }
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let plain = |word: &str| word.trim_matches(is_punctuation).to_lowercase();
    text.split_whitespace().map(plain).filter(|word| !word.is_empty())
}

/// Punctuation of the scripts that are written most; symbols such as emoji are not punctuation.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c,
            '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}'
            | '\u{37e}' | '\u{387}' | '\u{55a}'..='\u{55f}' | '\u{589}' | '\u{58a}'
            | '\u{5be}' | '\u{5c0}' | '\u{5c3}' | '\u{5f3}' | '\u{5f4}'
            | '\u{60c}' | '\u{61b}' | '\u{61f}' | '\u{66a}'..='\u{66d}' | '\u{6d4}'
            | '\u{964}' | '\u{965}' | '\u{e4f}' | '\u{104a}' | '\u{104b}'
            | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}'
            | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}'
            | '\u{30fb}' | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6b}'
            | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff3d}'
            | '\u{ff3f}' | '\u{ff5b}' | '\u{ff5d}' | '\u{ff5f}'..='\u{ff65}')
}

#[cfg(test)]
mod tests {
    use super::Query;

    fn finds(query: &str, text: &str) -> bool {
        Query::read(query).finds(text)
    }

    const RAINBOWS: &str = "I like to look at rainbows";

    #[test]
    fn each_word_starts_one() {
        for query in
            ["rainbows", "rain", "look at", "(look, i *LIKE* rain)", "look look look!", " R "]
        {
            assert!(finds(query, RAINBOWS), "{query}");
        }
        for query in ["bows", "rain-bows", "look-at", "I like to look at rainbows too", "", " ?! "]
        {
            assert!(!finds(query, RAINBOWS), "{query}");
        }
    }

    #[test]
    fn what_stands_around_a_word_does_not_count() {
        assert!(finds("kitten", "\"Kittens!\", (she said)"));
        assert!(finds("¿QUÉ", "¡qué…"));
        assert!(finds("猫", "「猫です」"));
        assert!(finds("look-at", "look-at this"));
        assert!(finds("don't", "Don't."));
        assert!(!finds("t", "Don't."));
    }

    #[test]
    fn an_emoji_is_a_word() {
        assert!(finds("🐈", "a 🐈!"));
        assert!(!finds("🐈", "a 🐕!"));
    }

    #[test]
    fn case_counts_in_no_script() {
        assert!(finds("ÄPFEL", "äpfel"));
        assert!(finds("привет", "ПРИВЕТ, мир"));
        assert!(finds("ΟΔΟΣ", "οδος") || finds("ΟΔΟ", "οδος"));
    }
}
