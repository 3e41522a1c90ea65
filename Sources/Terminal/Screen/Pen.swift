/// Colours and attributes that a terminal writes the next character with, as SGR sequences set them.
struct Pen: Hashable {
    /// A colour: what stands behind 38 or 48, or a code of its own.
    enum Ink: Hashable {
        case usual
        /// 30 to 37 and 90 to 97, as a foreground.
        case basic(Int)
        case indexed(Int)
        case direct(Int, Int, Int)
    }

    /// Attributes by their SGR number.
    struct Looks: OptionSet, Hashable {
        let rawValue: UInt16
        static let bold = Looks(number: 1)
        static let dim = Looks(number: 2)
        static let weight: Looks = [.bold, .dim]
        /// What is seen on a blank too: underlined, blinking, reversed, struck.
        static let seenOnBlanks: Looks = [Looks(number: 4), Looks(number: 5), Looks(number: 7), Looks(number: 9)]

        init(rawValue: UInt16) { self.rawValue = rawValue }
        init(number: Int) { rawValue = 1 << UInt16(number) }

        var numbers: [Int] { (1...9).filter { contains(Looks(number: $0)) } }
    }

    var foreground = Ink.usual
    var background = Ink.usual
    var looks: Looks = []

    /// Takes the parameters of one SGR sequence; false when one of them is not known here.
    mutating func take(_ parameters: [Int]) -> Bool {
        var rest = parameters[...]
        if rest.isEmpty { rest = [0] }
        while let code = rest.popFirst() {
            switch code {
            case 0: self = Pen()
            case 1...5, 7...9: looks.insert(Looks(number: code))
            case 22: looks.subtract(.weight)
            case 23...25, 27...29: looks.remove(Looks(number: code - 20))
            case 30...37, 90...97: foreground = .basic(code)
            case 40...47, 100...107: background = .basic(code - 10)
            case 39: foreground = .usual
            case 49: background = .usual
            case 38, 48:
                guard let ink = Self.ink(&rest) else { return false }
                if code == 38 { foreground = ink } else { background = ink }
            default: return false
            }
        }
        return true
    }

    private static func ink(_ rest: inout ArraySlice<Int>) -> Ink? {
        switch rest.popFirst() {
        case 5: return rest.popFirst().map(Ink.indexed)
        case 2:
            guard let red = rest.popFirst(), let green = rest.popFirst(), let blue = rest.popFirst() else { return nil }
            return .direct(red, green, blue)
        default: return nil
        }
    }

    /// Parameters of the shortest SGR sequence that makes another pen of this one.
    func parameters(to other: Pen) -> [Int] {
        if other == Pen() { return [0] }
        var list: [Int] = []
        var left = looks
        let gone = looks.subtracting(other.looks)
        if !gone.isDisjoint(with: .weight) {
            list.append(22)
            left.subtract(.weight)
        }
        list += gone.subtracting(.weight).numbers.map { $0 + 20 }
        list += other.looks.subtracting(left).numbers
        if foreground != other.foreground { list += other.foreground.codes(39, 38, shift: 0) }
        if background != other.background { list += other.background.codes(49, 48, shift: 10) }
        return list
    }

    /// Whether a blank looks the same with both.
    func showsBlanksLike(_ other: Pen) -> Bool {
        background == other.background && looks.isDisjoint(with: .seenOnBlanks)
            && other.looks.isDisjoint(with: .seenOnBlanks)
    }
}

extension Pen.Ink {
    fileprivate func codes(_ usual: Int, _ other: Int, shift: Int) -> [Int] {
        switch self {
        case .usual: [usual]
        case .basic(let code): [code + shift]
        case .indexed(let index): [other, 5, index]
        case .direct(let red, let green, let blue): [other, 2, red, green, blue]
        }
    }
}
