//! Things in numbered places, and where to find them by their ids.

use alloc::boxed::Box;
use alloc::vec::Vec;

/// Values in numbered places. A place is used again after its value was removed.
pub(crate) struct Slab<T> {
    places: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub(crate) fn new() -> Self {
        Slab { places: Vec::new(), free: Vec::new() }
    }

    pub(crate) fn insert(&mut self, value: T) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.places[place as usize] = Some(value);
                place
            }
            None => {
                self.places.push(Some(value));
                self.places.len() as u32 - 1
            }
        }
    }

    pub(crate) fn remove(&mut self, place: u32) -> Option<T> {
        let value = self.places.get_mut(place as usize)?.take();
        if value.is_some() {
            self.free.push(place);
        }
        value
    }

    pub(crate) fn get(&self, place: u32) -> Option<&T> {
        self.places.get(place as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, place: u32) -> Option<&mut T> {
        self.places.get_mut(place as usize)?.as_mut()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.places.iter().enumerate().filter_map(|(at, v)| Some((at as u32, v.as_ref()?)))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (u32, &mut T)> {
        self.places.iter_mut().enumerate().filter_map(|(at, v)| Some((at as u32, v.as_mut()?)))
    }
}

/// From ids to places: a sorted list, which for the thousands that a client holds is as quick as a
/// tree and a fraction of its code.
#[derive(Default)]
pub(crate) struct Index(Vec<(Box<str>, u32)>);

impl Index {
    pub(crate) fn get(&self, id: &str) -> Option<u32> {
        Some(self.0[self.find(id).ok()?].1)
    }

    pub(crate) fn insert(&mut self, id: &str, place: u32) {
        match self.find(id) {
            Ok(at) => self.0[at].1 = place,
            Err(at) => self.0.insert(at, (id.into(), place)),
        }
    }

    pub(crate) fn remove(&mut self, id: &str) {
        if let Ok(at) = self.find(id) {
            self.0.remove(at);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, id: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| (**own).cmp(id))
    }
}
