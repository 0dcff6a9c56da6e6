/** What TeX's names stand for. Only what models really write: an unknown name shows the source instead of a guess. */

const identifiers = `alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ
Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω infty ∞ ell ℓ hbar ℏ partial ∂ nabla ∇ emptyset ∅ varnothing ∅
aleph ℵ Re ℜ Im ℑ imath ı jmath ȷ angle ∠ triangle △ square □ blacksquare ■ checkmark ✓ top ⊤ bot ⊥ degree °`;

const operators = `times × cdot ⋅ div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ otimes ⊗ le ≤ leq ≤ leqslant ⩽ ge ≥
geq ≥ geqslant ⩾ ne ≠ neq ≠ equiv ≡ approx ≈ cong ≅ sim ∼ simeq ≃ propto ∝ ll ≪ gg ≫ mid ∣ nmid ∤ parallel ∥ perp ⟂
in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ cup ∪ cap ∩ setminus ∖ land ∧ wedge ∧ lor ∨ vee ∨ neg ¬ lnot ¬
forall ∀ exists ∃ to → rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹
iff ⟺ mapsto ↦ longrightarrow ⟶ uparrow ↑ downarrow ↓ therefore ∴ because ∵ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱
lvert | rvert | vert | Vert ‖ lVert ‖ rVert ‖ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace { rbrace }
colon : int ∫ iint ∬ oint ∮ backslash \\`;

const large = 'sum ∑ prod ∏ bigcup ⋃ bigcap ⋂ lim lim max max min min sup sup inf inf gcd gcd';

function table(words: string): ReadonlyMap<string, string> {
  const list = words.split(/\s+/);
  return new Map(list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] ?? '']] : [])));
}

export const identifierOf = table(identifiers);
export const operatorOf = table(operators);
/** Operators that carry their limits above and below in a display. */
export const largeOf = table(large);

/** Set upright, as words. */
export const functions = new Set(
  'sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp det dim ker deg arg lcm'.split(
    ' ',
  ),
);

export const accentOf: ReadonlyMap<string, string> = table(
  'hat ^ widehat ^ bar ¯ overline ¯ vec → tilde ~ dot ˙ ddot ¨',
);

/** Widths in em. */
export const spaceOf: ReadonlyMap<string, number> = new Map([
  [',', 0.17],
  [':', 0.22],
  [';', 0.28],
  ['!', 0],
  [' ', 0.33],
  ['quad', 1],
  ['qquad', 2],
]);

/** Opening and closing fence of a matrix-like environment. */
export const fencesOf: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['matrix', ['', '']],
  ['pmatrix', ['(', ')']],
  ['bmatrix', ['[', ']']],
  ['vmatrix', ['|', '|']],
  ['cases', ['{', '']],
  ['aligned', ['', '']],
  ['align', ['', '']],
  ['align*', ['', '']],
  ['gathered', ['', '']],
  ['array', ['', '']],
]);

const capitals = { bb: 0x1d538, bf: 0x1d400, cal: 0x1d49c };
/** Letters that had a place in Unicode before the mathematical alphabets. */
const exceptions: Record<string, string> = {
  bbC: 'ℂ',
  bbH: 'ℍ',
  bbN: 'ℕ',
  bbP: 'ℙ',
  bbQ: 'ℚ',
  bbR: 'ℝ',
  bbZ: 'ℤ',
  calB: 'ℬ',
  calE: 'ℰ',
  calF: 'ℱ',
  calH: 'ℋ',
  calI: 'ℐ',
  calL: 'ℒ',
  calM: 'ℳ',
  calR: 'ℛ',
};

/** A letter in blackboard bold, bold or calligraphic form; other characters stay. */
export function inAlphabet(alphabet: 'bb' | 'bf' | 'cal', letter: string): string {
  if (/^[A-Z]$/.test(letter))
    return (
      exceptions[alphabet + letter] ?? String.fromCodePoint(capitals[alphabet] + letter.charCodeAt(0) - 65)
    );
  if (alphabet === 'bf' && /^[a-z]$/.test(letter))
    return String.fromCodePoint(0x1d41a + letter.charCodeAt(0) - 97);
  if (alphabet === 'bf' && /^\d$/.test(letter)) return String.fromCodePoint(0x1d7ce + Number(letter));
  return letter;
}
