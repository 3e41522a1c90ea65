import Core
import Terminal

/// Shows that every state can be told from its neighbours when all colour is gone: the real panes draw each state in the
/// same place, and what is left of two pictures without colour (characters, and letter attributes of the theme) must
/// differ. Costs some hundred pictures, once a process.
public enum StateProof {
    /// How much was compared.
    public struct Extent: Sendable, Hashable {
        /// Places in which states take turns.
        public var places: Int
        public var states: Int
        /// Pairs of pictures, over sizes and character sets.
        public var pairs: Int
    }

    /// Two states of one place whose pictures have the same characters: they differ by looks alone.
    struct Lookalike: Sendable {
        var words: String
        /// Styles that differ at some cell; empty when the pictures are the same altogether.
        var styles: Set<StylePair>
        /// Whether the terminal is one that cannot strike letters through.
        var lacksStrike: Bool
    }

    struct StylePair: Sendable, Hashable {
        var one: Style
        var other: Style
    }

    /// One column and three; below and between, panes are left out, not drawn otherwise.
    static let sizes = [Size(width: 80, height: 24), Size(width: 160, height: 50)]

    private static let found = compare(StatePlaces.all)

    /// What the proof covers.
    public static var extent: Extent { found.extent }

    /// States that a theme's looks do not tell apart, with colour removed and in mono.
    public static func findings(_ theme: Theme) -> [ThemeProblem] { findings(theme, found.lookalikes) }

    static func findings(_ theme: Theme, _ lookalikes: [Lookalike]) -> [ThemeProblem] {
        var told: Set<String> = []
        return lookalikes.compactMap { pair in
            guard !isTold(pair, theme), told.insert(pair.words).inserted else { return nil }
            let role = pair.styles.first?.one.role.rawValue ?? ""
            let place = theme.places[role]
            return ThemeProblem(
                file: place?.file ?? theme.name + ".theme", line: place?.line ?? 0,
                text: "with colour removed nothing tells \(pair.words) apart")
        }
    }

    private static func isTold(_ pair: Lookalike, _ theme: Theme) -> Bool {
        [ColorDepth.mono, .direct].allSatisfy { depth in
            pair.styles.contains { styles in
                attributes(styles.one, theme, depth, pair.lacksStrike)
                    != attributes(styles.other, theme, depth, pair.lacksStrike)
            }
        }
    }

    private static func attributes(
        _ style: Style, _ theme: Theme, _ depth: ColorDepth, _ lacksStrike: Bool
    ) -> Attributes {
        let all = theme.resolve(style, depth: depth).attributes
        return lacksStrike ? all.subtracting(.strike) : all
    }

    // MARK: - Pictures

    static func compare(_ places: [StatePlace]) -> (lookalikes: [Lookalike], extent: Extent) {
        var lookalikes: [Lookalike] = []
        var extent = Extent(places: places.count, states: 0, pairs: 0)
        for place in places {
            extent.states += place.states.count
            for size in sizes {
                for (ascii, strike) in [(false, true), (true, true), (false, false)] {
                    let grids = place.states.map { state in
                        (state.name, picture(state, size, ascii: ascii, strike: strike))
                    }
                    extent.pairs += grids.count * (grids.count - 1) / 2
                    for (index, one) in grids.enumerated() {
                        for other in grids[(index + 1)...] where haveSameText(one.1, other.1) {
                            let styles = differing(one.1, other.1)
                            // What a small screen leaves out altogether is no state of it.
                            if styles.isEmpty, size != sizes.last { continue }
                            lookalikes.append(
                                Lookalike(
                                    words: "\(one.0) and \(other.0) (\(place.name))", styles: styles,
                                    lacksStrike: !strike))
                        }
                    }
                }
            }
        }
        return (lookalikes, extent)
    }

    private static func picture(_ state: StatePlace.State, _ size: Size, ascii: Bool, strike: Bool) -> CellGrid {
        var model = state.model
        model.size = size
        model.appearance.ascii = ascii
        model.appearance.strike = strike
        let grid = model.picture()
        return ascii ? grid.asciiOnly() : grid
    }

    private static func haveSameText(_ one: CellGrid, _ other: CellGrid) -> Bool {
        zip(one.cells, other.cells).allSatisfy {
            $0.base == $1.base && $0.width == $1.width && $0.marks == $1.marks
        }
    }

    private static func differing(_ one: CellGrid, _ other: CellGrid) -> Set<StylePair> {
        var found: Set<StylePair> = []
        for (left, right) in zip(one.cells, other.cells) where left.style != right.style {
            found.insert(StylePair(one: left.style, other: right.style))
        }
        return found
    }
}

/// A place of the screen and the states that take turns there.
struct StatePlace: Sendable {
    struct State: Sendable {
        var name: String
        var model: ConsoleModel
    }
    var name: String
    var states: [State]

    init(_ name: String, _ states: [(String, ConsoleModel)]) {
        self.name = name
        self.states = states.map { State(name: $0.0, model: $0.1) }
    }
}
