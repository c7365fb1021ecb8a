//! A disk that keeps what was synced and, of everything else, whatever chance leaves: what `recorder.c` wrote down is played onto it, and any
//! state that a power cut may leave is built. Names and bytes are kept apart, as file systems keep them: a synced file whose folder was not
//! synced may have no name, and a name may have no bytes.

use super::dice::Dice;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// The unit in which a disk writes.
const SECTOR: usize = 512;

type Node = usize;

/// What a program did, in order.
pub enum Step {
    Make { inode: u64, path: PathBuf, folder: bool },
    Write { inode: u64, offset: usize, bytes: Vec<u8> },
    Cut { inode: u64, size: usize },
    Sync { inode: u64 },
    Link { from: PathBuf, to: PathBuf },
    Rename { from: PathBuf, to: PathBuf },
    Exchange { one: PathBuf, other: PathBuf },
    Unlink { path: PathBuf },
    Spoke,
}

/// Something that is not known to be on the disk.
#[derive(Clone)]
enum Pending {
    Write {
        node: Node,
        offset: usize,
        bytes: Vec<u8>,
    },
    Cut {
        node: Node,
        size: usize,
    },
    Name {
        folder: Node,
        name: String,
        node: Option<Node>,
        gone: Option<String>,
    },
    /// Two names of one folder, and what they are of now: both or neither.
    Names {
        folder: Node,
        names: [(String, Node); 2],
    },
}

/// What is on the disk for certain, what is not, and what the running programs see.
pub struct Disk {
    root: PathBuf,
    inodes: HashMap<u64, Node>,
    /// The bytes of files; none for folders.
    bytes: Vec<Option<Vec<u8>>>,
    names: BTreeMap<(Node, String), Node>,
    seen: BTreeMap<(Node, String), Node>,
    pending: Vec<Pending>,
}

/// Which of the pending changes a power cut leaves: none of it, all of it, or, of a write, some of its sectors.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Lost,
    Kept,
    Torn(u64),
}

/// Reads what was written down.
pub fn steps(record: &[u8]) -> Vec<Step> {
    let (mut at, mut steps) = (0, Vec::new());
    while at < record.len() {
        let end = at + record[at..].iter().position(|byte| *byte == b'\n').expect("a line");
        let line = std::str::from_utf8(&record[at..end]).expect("text");
        at = end + 1;
        let (kind, rest) = line.split_at(1);
        let rest = rest.trim_start();
        let numbers = || rest.split(' ').map(|number| number.parse::<usize>().expect("a number")).collect::<Vec<_>>();
        let inode = || rest.split(' ').next().and_then(|number| number.parse::<u64>().ok()).expect("an inode");
        let pair = || rest.split_once('\t').map(|(from, to)| (PathBuf::from(from), PathBuf::from(to))).expect("two names");
        steps.push(match kind {
            "C" | "M" => Step::Make { inode: inode(), path: rest.split_once(' ').expect("a name").1.into(), folder: kind == "M" },
            "W" => {
                let size = numbers()[2];
                let bytes = record[at..at + size].to_vec();
                at += size;
                Step::Write { inode: inode(), offset: numbers()[1], bytes }
            }
            "T" => Step::Cut { inode: inode(), size: numbers()[1] },
            "S" => Step::Sync { inode: inode() },
            "L" => Step::Link { from: pair().0, to: pair().1 },
            "R" => Step::Rename { from: pair().0, to: pair().1 },
            "X" => Step::Exchange { one: pair().0, other: pair().1 },
            "U" => Step::Unlink { path: rest.into() },
            _ => Step::Spoke,
        });
    }
    steps
}

impl Disk {
    /// A disk with a folder on it, all of it synced.
    pub fn of(root: &Path) -> Disk {
        let mut disk = Disk {
            root: root.to_owned(),
            inodes: HashMap::from([(inode(root), 0)]),
            bytes: vec![None],
            names: BTreeMap::new(),
            seen: BTreeMap::new(),
            pending: Vec::new(),
        };
        disk.take(0, root);
        disk.seen = disk.names.clone();
        disk
    }

    /// Takes over what is in a folder.
    fn take(&mut self, folder: Node, from: &Path) {
        for entry in fs::read_dir(from).expect("a folder") {
            let path = entry.expect("a file").path();
            let node = self.add(inode(&path), if path.is_dir() { None } else { Some(fs::read(&path).expect("a file")) });
            self.names.insert((folder, name(&path)), node);
            if path.is_dir() {
                self.take(node, &path);
            }
        }
    }

    fn add(&mut self, inode: u64, bytes: Option<Vec<u8>>) -> Node {
        self.bytes.push(bytes);
        self.inodes.insert(inode, self.bytes.len() - 1);
        self.bytes.len() - 1
    }

    /// The folder of a path, when it lies on this disk.
    fn folder(&self, path: &Path) -> Option<Node> {
        let inside = path.parent()?.strip_prefix(&self.root).ok()?;
        inside.iter().try_fold(0, |folder, part| self.seen.get(&(folder, part.to_string_lossy().into_owned())).copied())
    }

    fn name_it(&mut self, path: &Path, node: Option<Node>, gone: Option<String>) {
        let Some(folder) = self.folder(path) else { return };
        let change = Pending::Name { folder, name: name(path), node, gone };
        change.apply_to_names(&mut self.seen);
        self.pending.push(change);
    }

    fn at(&self, path: &Path) -> Option<Node> {
        self.seen.get(&(self.folder(path)?, name(path))).copied()
    }

    /// Does a step.
    pub fn play(&mut self, step: &Step) {
        match step {
            Step::Make { inode, path, folder } => {
                if self.folder(path).is_some() {
                    let node = self.add(*inode, (!folder).then(Vec::new));
                    self.name_it(path, Some(node), None);
                }
            }
            Step::Write { inode, offset, bytes } => {
                if let Some(node) = self.inodes.get(inode).copied() {
                    self.pending.push(Pending::Write { node, offset: *offset, bytes: bytes.clone() });
                }
            }
            Step::Cut { inode, size } => {
                if let Some(node) = self.inodes.get(inode).copied() {
                    self.pending.push(Pending::Cut { node, size: *size });
                }
            }
            Step::Sync { inode } => {
                if let Some(node) = self.inodes.get(inode).copied() {
                    self.sync(node);
                }
            }
            Step::Link { from, to } => self.name_it(to, self.at(from), None),
            Step::Rename { from, to } => self.name_it(to, self.at(from), Some(name(from))),
            Step::Exchange { one, other } => {
                let (Some(folder), Some(first), Some(second)) = (self.folder(one), self.at(one), self.at(other)) else { return };
                assert_eq!(self.folder(other), Some(folder), "names of two folders are not exchanged");
                let change = Pending::Names { folder, names: [(name(one), second), (name(other), first)] };
                change.apply_to_names(&mut self.seen);
                self.pending.push(change);
            }
            Step::Unlink { path } => self.name_it(path, None, None),
            Step::Spoke => {}
        }
    }

    fn sync(&mut self, node: Node) {
        let (of_it, rest): (Vec<Pending>, Vec<Pending>) = std::mem::take(&mut self.pending).into_iter().partition(|change| change.node() == node);
        self.pending = rest;
        for change in of_it {
            change.apply_to_names(&mut self.names);
            change.apply_to_bytes(&mut self.bytes, Fate::Kept);
        }
    }

    /// Whether this is the folder that the disk holds.
    pub fn is_its_folder(&self, inode: u64) -> bool {
        self.inodes.get(&inode) == Some(&0)
    }

    /// How many changes are not known to be on the disk.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Builds in an empty folder what a power cut leaves.
    pub fn leave(&self, fates: &[Fate], target: &Path) {
        let (mut names, mut bytes) = (self.names.clone(), self.bytes.clone());
        for (change, fate) in self.pending.iter().zip(fates).filter(|(_, fate)| **fate != Fate::Lost) {
            change.apply_to_names(&mut names);
            change.apply_to_bytes(&mut bytes, *fate);
        }
        build(0, target, &names, &bytes);
    }
}

fn build(folder: Node, target: &Path, names: &BTreeMap<(Node, String), Node>, bytes: &[Option<Vec<u8>>]) {
    for ((_, name), node) in names.range((folder, String::new())..(folder + 1, String::new())) {
        let path = target.join(name);
        match &bytes[*node] {
            Some(bytes) => fs::write(path, bytes).expect("a file"),
            None => {
                fs::create_dir(&path).expect("a folder");
                build(*node, &path, names, bytes);
            }
        }
    }
}

impl Pending {
    /// The file or folder whose sync makes it certain.
    fn node(&self) -> Node {
        match self {
            Pending::Write { node, .. } | Pending::Cut { node, .. } => *node,
            Pending::Name { folder, .. } | Pending::Names { folder, .. } => *folder,
        }
    }

    fn apply_to_names(&self, names: &mut BTreeMap<(Node, String), Node>) {
        if let Pending::Names { folder, names: both } = self {
            both.iter().for_each(|(name, node)| _ = names.insert((*folder, name.clone()), *node));
        }
        let Pending::Name { folder, name, node, gone } = self else { return };
        match node {
            Some(node) => names.insert((*folder, name.clone()), *node),
            None => names.remove(&(*folder, name.clone())),
        };
        if let Some(gone) = gone {
            names.remove(&(*folder, gone.clone()));
        }
    }

    fn apply_to_bytes(&self, files: &mut [Option<Vec<u8>>], fate: Fate) {
        match self {
            Pending::Write { node, offset, bytes } => {
                let Some(file) = &mut files[*node] else { return };
                file.resize(file.len().max(offset + bytes.len()), 0);
                let mut dice = if let Fate::Torn(seed) = fate { Some(Dice::new(seed)) } else { None };
                let mut from = 0;
                while from < bytes.len() {
                    // A sector is written whole or not at all.
                    let to = bytes.len().min((offset + from) / SECTOR * SECTOR + SECTOR - offset);
                    if dice.as_mut().is_none_or(|dice| dice.one_in(2)) {
                        file[offset + from..offset + to].copy_from_slice(&bytes[from..to]);
                    }
                    from = to;
                }
            }
            Pending::Cut { node, size } => {
                if let Some(file) = &mut files[*node] {
                    file.resize(*size, 0);
                }
            }
            Pending::Name { .. } | Pending::Names { .. } => {}
        }
    }
}

/// The fates of so many changes that are tried: all of them where they are few; else nothing, everything, each alone lost, each alone kept, every
/// beginning, and so many that chance picks, with torn writes.
pub fn fates(pending: usize, by_chance: usize, dice: &mut Dice) -> Vec<Vec<Fate>> {
    let of = |kept: &dyn Fn(usize) -> bool| (0..pending).map(|place| if kept(place) { Fate::Kept } else { Fate::Lost }).collect::<Vec<_>>();
    let mut tried: Vec<Vec<Fate>> = if pending <= 5 {
        (0..1_usize << pending).map(|mask| of(&|place| mask >> place & 1 == 1)).collect()
    } else {
        let each = (0..pending).flat_map(|one| [of(&|place| place == one), of(&|place| place != one), of(&|place| place < one)]);
        each.chain([of(&|_| true)]).collect()
    };
    for _ in 0..if pending == 0 { 0 } else { by_chance } {
        let likely = 1 + dice.below(4);
        tried.push(
            (0..pending)
                .map(|_| match dice.below(likely + 2) {
                    0 => Fate::Lost,
                    1 => Fate::Torn(dice.next()),
                    _ => Fate::Kept,
                })
                .collect(),
        );
    }
    tried
}

#[cfg(unix)]
fn inode(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).expect("a file").ino()
}

#[cfg(not(unix))]
fn inode(_: &Path) -> u64 {
    0
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
