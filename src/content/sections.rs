//! The sections of a document, found without going through them all: a document may have tens of thousands.

use std::ops::Deref;

use rustc_hash::FxHashMap;

use super::model::{Section, SectionId};

/// Sections in the order of their document. Reads as a slice of them.
#[derive(Clone, Debug, Default)]
pub struct Sections {
    all: Vec<Section>,
    by_id: FxHashMap<SectionId, usize>,
    /// The indexes of those that hold text, in order.
    readable: Vec<usize>,
    /// The indexes of those whose title is that of others too, by title.
    repeated: FxHashMap<String, Vec<usize>>,
}

impl Sections {
    /// The index of a section.
    pub fn position(&self, id: &SectionId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The sections that stand right under the heading with this index.
    pub fn under(&self, index: usize) -> impl Iterator<Item = &Section> {
        // A heading comes before all that stands under it: what belongs below this one follows in a row.
        let below = self.all.iter().skip(index + 1).take_while(move |section| section.parent >= Some(index));
        below.filter(move |section| section.parent == Some(index))
    }

    /// Those with a title that several have; none where it stands once.
    pub fn titled(&self, title: &str) -> impl Iterator<Item = &Section> {
        self.repeated.get(title).into_iter().flatten().map(|index| &self.all[*index])
    }

    /// Those that hold text.
    pub fn readable(&self) -> impl ExactSizeIterator<Item = &Section> {
        self.readable.iter().map(|index| &self.all[*index])
    }

    /// The place, from 0, of the section with this index among those that hold text.
    pub fn place(&self, index: usize) -> Option<usize> {
        self.readable.binary_search(&index).ok()
    }

    /// The section at a place, from 0, among those that hold text.
    pub fn at_place(&self, place: usize) -> Option<&Section> {
        self.readable.get(place).map(|index| &self.all[*index])
    }
}

impl Deref for Sections {
    type Target = [Section];

    fn deref(&self) -> &[Section] {
        &self.all
    }
}

impl FromIterator<Section> for Sections {
    fn from_iter<I: IntoIterator<Item = Section>>(sections: I) -> Self {
        let all: Vec<Section> = sections.into_iter().collect();
        let mut by_id = FxHashMap::default();
        for (index, section) in all.iter().enumerate() {
            by_id.entry(section.id.clone()).or_insert(index);
        }
        let readable =
            all.iter().enumerate().filter(|(_, section)| !section.is_bare()).map(|(index, _)| index).collect();
        let repeated = repeated(&all);
        Self { all, by_id, readable, repeated }
    }
}

/// The sections that share their title with others, by title.
fn repeated(all: &[Section]) -> FxHashMap<String, Vec<usize>> {
    let mut by_title: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (index, section) in all.iter().enumerate() {
        by_title.entry(&section.title).or_default().push(index);
    }
    let several = by_title.into_iter().filter(|(_, sections)| sections.len() > 1);
    several.map(|(title, sections)| (title.to_owned(), sections)).collect()
}

impl IntoIterator for Sections {
    type Item = Section;
    type IntoIter = std::vec::IntoIter<Section>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

impl<'a> IntoIterator for &'a Sections {
    type Item = &'a Section;
    type IntoIter = std::slice::Iter<'a, Section>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

impl PartialEq for Sections {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

impl Eq for Sections {}

#[cfg(test)]
mod tests {
    use crate::content::load;

    #[test]
    fn sections_are_found_as_if_all_were_gone_through() {
        let text = "# 一\n\n甲\n\n## 二\n\n### 三\n\n乙\n\n### 四\n\n丙\n\n## 五\n\n丁\n\n# 六\n\n## 七\n\n戊\n";
        let document = load::parse("d.md", text).unwrap();
        let sections = &document.sections;
        for (index, section) in sections.iter().enumerate() {
            assert_eq!(sections.position(&section.id), Some(index));
            let under: Vec<_> = sections.iter().filter(|s| s.parent == Some(index)).collect();
            assert_eq!(sections.under(index).collect::<Vec<_>>(), under, "{}", section.title);
            let place = sections.iter().filter(|s| !s.is_bare()).position(|s| s.id == section.id);
            assert_eq!(sections.place(index), place);
            assert_eq!(place.and_then(|place| sections.at_place(place)), place.map(|_| section));
        }
        let text = "# 甲\n\n## 总则\n\n一\n\n# 乙\n\n## 总则\n\n二\n\n## 附则\n\n三\n";
        let other = load::parse("d.md", text).unwrap();
        let paths: Vec<String> = other.sections.iter().map(|section| other.path(section).join(" › ")).collect();
        assert_eq!(paths, ["甲", "甲 › 总则", "乙", "乙 › 总则", "附则"]);
        let told: Vec<&str> = sections.readable().map(|section| section.title.as_str()).collect();
        assert_eq!(told, ["一", "三", "四", "五", "七"]);
        assert_eq!(sections.at_place(5), None);
    }
}
