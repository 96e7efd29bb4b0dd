//! QR codes by ISO/IEC 18004: bytes, at the lowest level of correction, as BankID shows them. Whatever can be
//! computed is computed: tables would be more to load than all of this.

use super::grid::Grid;

/// The modules of a code that holds `data`; `None` if it is too long.
pub(super) fn encode(data: &[u8]) -> Option<Grid> {
    let version = (1..=LARGEST).find(|version| fits(data.len(), *version))?;
    let mut bits = Bits::default();
    bits.push(BYTES, 4);
    bits.push(data.len(), count_bits(version));
    for byte in data {
        bits.push(usize::from(*byte), 8);
    }
    let words = bits.padded(data_words(version));
    Some(Grid::with(version, &interleaved(&words, version)))
}

/// Bits, the first of a byte its highest.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn push(&mut self, value: usize, length: usize) {
        for place in (0..length).rev() {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= u8::from(value >> place & 1 == 1) << (7 - self.count % 8);
            }
            self.count += 1;
        }
    }

    /// The bytes with the end mark, as far as there is room for it, and what the rest is filled with.
    fn padded(mut self, length: usize) -> Vec<u8> {
        self.push(0, 4.min(length * 8 - self.count));
        let mut fill = [0xEC, 0x11].into_iter().cycle();
        while self.bytes.len() < length {
            self.bytes.extend(fill.next());
        }
        self.bytes
    }
}

/// The words of all blocks in turn, then those that correct them in turn.
fn interleaved(data: &[u8], version: usize) -> Vec<u8> {
    let (correction, blocks) = parts(version);
    let short = data.len() / blocks;
    // The last blocks have one word more, where the words cannot be shared evenly.
    let first_long = blocks - data.len() % blocks;
    let divisor = divisor(correction);
    let (mut rest, mut shared) = (data, Vec::new());
    for block in 0..blocks {
        let (own, others) = rest.split_at(short + usize::from(block >= first_long));
        shared.push((own, remainder(own, &divisor)));
        rest = others;
    }
    let of_data = (0..=short).flat_map(|at| shared.iter().filter_map(move |it| it.0.get(at)));
    let of_correction =
        (0..correction).flat_map(|at| shared.iter().filter_map(move |it| it.1.get(at)));
    of_data.chain(of_correction).copied().collect()
}

/// The polynomial whose roots are the first powers of 2, highest power first and left out.
fn divisor(degree: usize) -> Vec<u8> {
    let mut divisor = vec![0; degree];
    if let Some(last) = divisor.last_mut() {
        *last = 1;
    }
    let mut root = 1;
    for _ in 0..degree {
        for at in 0..degree {
            let next = divisor.get(at + 1).copied().unwrap_or_default();
            divisor[at] = times(divisor[at], root) ^ next;
        }
        root = times(root, 2);
    }
    divisor
}

/// What corrects `data`: the remainder of its division (Reed and Solomon).
fn remainder(data: &[u8], divisor: &[u8]) -> Vec<u8> {
    let mut remainder = vec![0; divisor.len()];
    for byte in data {
        let factor = byte ^ remainder.remove(0);
        remainder.push(0);
        for (place, term) in remainder.iter_mut().zip(divisor) {
            *place ^= times(*term, factor);
        }
    }
    remainder
}

/// The product in the field of 256 elements that is made by 0x11D.
fn times(left: u8, right: u8) -> u8 {
    let mut product = 0;
    for place in (0..8).rev() {
        let high = product >> 7;
        let term = (right >> place & 1) * left;
        product = (product << 1) ^ (high * 0x1D) ^ term;
    }
    product
}

fn fits(bytes: usize, version: usize) -> bool {
    4 + count_bits(version) + bytes * 8 <= data_words(version) * 8
}

/// In how many bits the length stands.
const fn count_bits(version: usize) -> usize {
    if version < 10 { 8 } else { 16 }
}

fn data_words(version: usize) -> usize {
    let (correction, blocks) = parts(version);
    all_words(version) - correction * blocks
}

/// The words of a code: what is left of it beside the patterns that are in every code.
const fn all_words(version: usize) -> usize {
    let square = (16 * version + 128) * version + 64;
    let aligned = version / 7 + 2;
    let patterns = match version {
        1 => 0,
        2..7 => (25 * aligned - 10) * aligned - 55,
        _ => (25 * aligned - 10) * aligned - 55 + 36,
    };
    (square - patterns) / 8
}

/// The words that correct each block, and the number of blocks.
fn parts(version: usize) -> (usize, usize) {
    let (correction, blocks) = PARTS[version - 1];
    (usize::from(correction), usize::from(blocks))
}

/// The mode for bytes.
const BYTES: usize = 4;
/// The largest version: 858 bytes, more than a BankID code ever holds.
const LARGEST: usize = PARTS.len();
/// Table 9 of the standard, level L.
const PARTS: [(u8, u8); 20] = [
    (7, 1),
    (10, 1),
    (15, 1),
    (20, 1),
    (26, 1),
    (18, 2),
    (20, 2),
    (24, 2),
    (30, 2),
    (18, 4),
    (20, 4),
    (24, 4),
    (26, 4),
    (30, 4),
    (22, 6),
    (24, 6),
    (28, 6),
    (30, 6),
    (28, 7),
    (28, 8),
];
