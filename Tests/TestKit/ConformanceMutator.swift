/// Breaks valid messages in the ways in which messages break: cut, flipped, doubled, spliced, filled with nonsense.
public struct MessageMutator {
    private let seeds: [[UInt8]]
    private var random: SeededRandom

    /// Words that upset parsers.
    private static let nasty: [[UInt8]] = [
        "null", "{}", "[]", "-1", "1e400", "NaN", "\"\\ud800\"", "\"\\u0000\"", "true", "\"\"", "999999999999999999999",
        "9223372036854775807", "-9223372036854775808", "8e15", "1e300", "-0.0", "\"nan\"", "\"1e999s\"",
        String(repeating: "[", count: 1000), "\"\u{1B}[31m\"",
    ].map { Array($0.utf8) }

    /// A mutator of these messages.
    public init(seeds: [[UInt8]], seed: UInt64) {
        self.seeds = seeds
        random = SeededRandom(seed)
    }

    /// The next broken (or by chance unbroken) message.
    public mutating func next() -> [UInt8] {
        guard var bytes = seeds.randomElement(using: &random) else { return [] }
        for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &random)) }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 1...24, using: &random))
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(at..<end)
        case 2: bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
        case 3: bytes.removeSubrange(at...)
        case 4: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
        case 5: splice(&bytes, at)
        case 6: replaceValue(&bytes, from: at)
        default: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
    }

    private mutating func splice(_ bytes: inout [UInt8], _ at: Int) {
        guard let other = seeds.randomElement(using: &random), !other.isEmpty else { return }
        bytes = Array(bytes[..<at]) + other[Int.random(in: 0..<other.count, using: &random)...]
    }

    /// Puts something else where a value stands, so that the JSON often stays whole and only its meaning breaks.
    private mutating func replaceValue(_ bytes: inout [UInt8], from: Int) {
        guard let colon = bytes[from...].firstIndex(of: UInt8(ascii: ":")),
            let word = Self.nasty.randomElement(using: &random)
        else { return }
        let start = colon + 1
        var end = start
        if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
            end = bytes[(end + 1)...].firstIndex(of: UInt8(ascii: "\"")).map { $0 + 1 } ?? bytes.count
        } else {
            end = bytes[start...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") } ?? bytes.count
        }
        bytes.replaceSubrange(start..<end, with: word)
    }
}
