/// Numbers of a control sequence: `1;2:3` is two fields, the second with a part. Bounded.
struct Parameters {
    private var fields: [[Int?]]

    /// Nil for bytes that are no parameters.
    init?(_ bytes: [UInt8]) {
        fields = [[nil]]
        for byte in bytes {
            switch byte {
            case 0x30...0x39: add(digit: Int(byte) - 0x30)
            case UInt8(ascii: ";"): fields.append([nil])
            case UInt8(ascii: ":"): fields[fields.count - 1].append(nil)
            default: return nil
            }
            guard fields.count <= 32, fields[fields.count - 1].count <= 8 else { return nil }
        }
    }

    private mutating func add(digit: Int) {
        let field = fields.count - 1
        let part = fields[field].count - 1
        fields[field][part] = min(0x10FFFF, (fields[field][part] ?? 0) * 10 + digit)
    }

    /// First part of a field.
    subscript(index: Int) -> Int? { fields.indices.contains(index) ? fields[index][0] : nil }

    private func part(_ field: Int, _ index: Int) -> Int? {
        guard fields.indices.contains(field), fields[field].indices.contains(index) else { return nil }
        return fields[field][index]
    }

    /// Second field: 1 + bits of shift, alt, ctrl, super (locks and others ignored). Nil when it is out of range.
    var modifiers: Modifiers? {
        let value = self[1] ?? 1
        guard value >= 1, value <= 256 else { return nil }
        return Modifiers(rawValue: UInt8(truncatingIfNeeded: value - 1)).intersection([.shift, .alt, .ctrl, .super])
    }

    /// Second part of the second field: 1 press, 2 repeat, 3 release.
    var phase: KeyPress.Phase? {
        switch part(1, 1) ?? 1 {
        case 1: .press
        case 2: .repeating
        case 3: .release
        default: nil
        }
    }

    /// Third field: the code points of what the key types, as one character; nil when there are none.
    var text: Character? {
        guard fields.count > 2 else { return nil }
        let scalars = fields[2].compactMap { $0.flatMap { Unicode.Scalar(UInt32($0)) } }.filter { $0.value >= 0x20 }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view).first
    }

    /// Second part of the first field: the shifted key, when shift is held and the terminal says it.
    func shifted(_ modifiers: Modifiers) -> Int? { modifiers.contains(.shift) ? part(0, 1) : nil }
}
