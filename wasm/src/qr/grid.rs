//! The square of a QR code: the patterns that are in every code, the words between them, and the mask under
//! which they are easiest to read.

/// Modules, row by row.
#[derive(Clone)]
pub(super) struct Grid {
    pub(super) side: usize,
    version: usize,
    modules: Vec<Module>,
}

/// One module.
#[derive(Clone, Copy, Default)]
struct Module {
    dark: bool,
    /// Part of a pattern: no word and no mask touches it.
    fixed: bool,
}

impl Grid {
    /// The square that holds `words`, under its best mask.
    pub(super) fn with(version: usize, words: &[u8]) -> Self {
        let side = version * 4 + 17;
        let modules = vec![Module::default(); side * side];
        let mut plain = Self { side, version, modules };
        plain.draw_patterns();
        plain.draw_words(words);
        let masked = (0..8).map(|mask| plain.masked(mask));
        masked.min_by_key(Self::penalty).unwrap_or(plain)
    }

    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.modules[y * self.side + x].dark
    }

    fn fix(&mut self, x: usize, y: usize, dark: bool) {
        self.modules[y * self.side + x] = Module { dark, fixed: true };
    }

    fn draw_patterns(&mut self) {
        let side = self.side;
        for at in 0..side {
            self.fix(6, at, at.is_multiple_of(2));
            self.fix(at, 6, at.is_multiple_of(2));
        }
        for (x, y) in [(3, 3), (side - 4, 3), (3, side - 4)] {
            self.draw_rings(x, y, 4);
        }
        let places = self.alignments();
        let last = places.len().saturating_sub(1);
        for (column, x) in places.iter().enumerate() {
            for (row, y) in places.iter().enumerate() {
                // Three corners have a pattern already.
                if ![(0, 0), (0, last), (last, 0)].contains(&(column, row)) {
                    self.draw_rings(*x, *y, 2);
                }
            }
        }
        self.draw_format(0);
        self.draw_version();
    }

    /// Rings around a point: dark, but for the one half way and the edge of a corner.
    fn draw_rings(&mut self, x: usize, y: usize, radius: usize) {
        for down in 0..=2 * radius {
            for right in 0..=2 * radius {
                let ring = down.abs_diff(radius).max(right.abs_diff(radius));
                let (x, y) = ((x + right).wrapping_sub(radius), (y + down).wrapping_sub(radius));
                if x < self.side && y < self.side {
                    self.fix(x, y, ring != radius / 2 && ring != 4);
                }
            }
        }
    }

    /// Where the small patterns are, in both directions.
    fn alignments(&self) -> Vec<usize> {
        if self.version == 1 {
            return Vec::new();
        }
        let count = self.version / 7 + 2;
        let step = (self.version * 4 + count * 2 + 1) / (count * 2 - 2) * 2;
        let place = |at| if at == 0 { 6 } else { self.side - 7 - (count - 1 - at) * step };
        (0..count).map(place).collect()
    }

    /// The level of correction and the mask, twice.
    fn draw_format(&mut self, mask: usize) {
        let bits = protected(LEVEL_L << 3 | mask, 10, 0x537) ^ 0x5412;
        let side = self.side;
        for at in 0..15 {
            let dark = bits >> at & 1 == 1;
            let near = match at {
                0..6 => at,
                6 | 7 => at + 1,
                _ => 14 - at,
            };
            match at {
                0..8 => self.fix(8, near, dark),
                8 => self.fix(7, 8, dark),
                _ => self.fix(near, 8, dark),
            }
            if at < 8 {
                self.fix(side - 1 - at, 8, dark);
            } else {
                self.fix(8, side - 15 + at, dark);
            }
        }
        self.fix(8, side - 8, true);
    }

    /// The version, twice, where a code is so large that it must be told.
    fn draw_version(&mut self) {
        if self.version < 7 {
            return;
        }
        let bits = protected(self.version, 12, 0x1F25);
        for at in 0..18 {
            let (far, near) = (self.side - 11 + at % 3, at / 3);
            self.fix(far, near, bits >> at & 1 == 1);
            self.fix(near, far, bits >> at & 1 == 1);
        }
    }

    /// The words, in columns of two from right to left, up and down in turn.
    fn draw_words(&mut self, words: &[u8]) {
        let mut bits =
            words.iter().flat_map(|word| (0..8).rev().map(move |at| word >> at & 1 == 1));
        let side = self.side;
        // The column of the timing pattern is left out.
        let columns =
            (0..side - 1).rev().step_by(2).map(|left| if left < 6 { left } else { left + 1 });
        for (turn, right) in columns.enumerate() {
            for step in 0..side {
                let y = if turn % 2 == 0 { side - 1 - step } else { step };
                for x in [right, right - 1] {
                    let module = &mut self.modules[y * side + x];
                    if !module.fixed {
                        module.dark = bits.next().unwrap_or_default();
                    }
                }
            }
        }
    }

    fn masked(&self, mask: usize) -> Self {
        let mut masked = self.clone();
        for (at, module) in masked.modules.iter_mut().enumerate() {
            let (x, y) = (at % self.side, at / self.side);
            let turns = match mask {
                0 => (x + y) % 2,
                1 => y % 2,
                2 => x % 3,
                3 => (x + y) % 3,
                4 => (x / 3 + y / 2) % 2,
                5 => x * y % 2 + x * y % 3,
                6 => (x * y % 2 + x * y % 3) % 2,
                _ => ((x + y) % 2 + x * y % 3) % 2,
            };
            module.dark ^= turns == 0 && !module.fixed;
        }
        masked.draw_format(mask);
        masked
    }

    /// How hard it is to read: long runs, squares, what looks like a corner, and more of one colour.
    fn penalty(&self) -> usize {
        let side = self.side;
        let mut penalty = 0;
        for line in 0..side {
            penalty += line_penalty((0..side).map(|at| self.is_dark(at, line)));
            penalty += line_penalty((0..side).map(|at| self.is_dark(line, at)));
        }
        for y in 1..side {
            for x in 1..side {
                let dark = self.is_dark(x, y);
                let same = [(x - 1, y), (x, y - 1), (x - 1, y - 1)];
                if same.into_iter().all(|(x, y)| self.is_dark(x, y) == dark) {
                    penalty += 3;
                }
            }
        }
        let dark = self.modules.iter().filter(|module| module.dark).count();
        penalty + (dark * 20).abs_diff(side * side * 10) / (side * side) * 10
    }
}

/// Runs of five and more, and corners.
fn line_penalty(line: impl Iterator<Item = bool>) -> usize {
    let (mut penalty, mut run, mut seen) = (0, 0, 0_usize);
    for (at, dark) in line.enumerate() {
        run = if at > 0 && dark == (seen & 1 == 1) { run + 1 } else { 1 };
        penalty += match run {
            5 => 3,
            6.. => 1,
            _ => 0,
        };
        seen = (seen << 1 | usize::from(dark)) & 0x7FF;
        if at >= 10 && matches!(seen, 0b101_1101_0000 | 0b000_0101_1101) {
            penalty += 40;
        }
    }
    penalty
}

/// `value`, with the remainder that protects it behind it (Bose, Chaudhuri and Hocquenghem).
fn protected(value: usize, degree: usize, divisor: usize) -> usize {
    let mut remainder = value;
    for _ in 0..degree {
        let high = remainder >> (degree - 1);
        remainder = (remainder << 1) ^ (high * divisor);
    }
    value << degree | remainder
}

const LEVEL_L: usize = 1;
