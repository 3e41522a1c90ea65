import Core
import Testing

@testable import Network

/// The pure parsers of outside bytes, by table and by seeded random cases.
@Suite struct HTTPParserTests {
    private func random(_ seed: UInt64, _ alphabet: [UInt8], _ body: ([UInt8], inout SeededRandom) -> Void) {
        var random = SeededRandom(seed)
        for _ in 0..<10_000 {
            let count = Int(random.next() % 80)
            body((0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }, &random)
        }
    }

    @Test func headsOfRandomBytesNeverCrash() {
        random(1, Array("GET /HTP1.:\r\n\r\n\u{0} \tx".utf8)) { bytes, _ in
            bytes.withUnsafeBytes { raw in
                guard let end = HTTPHead.end(in: raw) else { return }
                #expect(raw[..<end].suffix(4).elementsEqual([13, 10, 13, 10]))
                let head = HTTPHead(UnsafeRawBufferPointer(rebasing: raw[..<end]))
                _ = head?.requestFraming
                let framing = head?.responseFraming(method: "GET", status: 200)
                _ = framing.map { head?.keeping(status: 200, framing: $0) }
            }
        }
    }

    @Test func wordsOfPatienceNeverCrashAndAreBounded() {
        random(6, Array("timeout=,19 \tmax;".utf8)) { bytes, _ in
            let lines = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=".utf8 + bytes + "\r\n\r\n".utf8
            Array(lines).withUnsafeBytes { raw in
                let keeping = HTTPHead(raw)?.keeping(status: 200, framing: .length(1))
                #expect((keeping?.patience ?? .zero) <= .seconds(3600))
            }
        }
    }

    @Test func findsTheEndOfAHeadWhereverItLies() {
        for lead in 0..<40 {
            let bytes = [UInt8](repeating: 0x61, count: lead) + [13, 13, 10, 13, 10, 65]
            bytes.withUnsafeBytes { #expect(HTTPHead.end(in: $0) == lead + 5) }
            for from in 0...lead { bytes.withUnsafeBytes { #expect(HTTPHead.end(in: $0, from: from) == lead + 5) } }
        }
    }

    @Test func chunksOfRandomBytesNeverCrashAndAnyCutGivesTheSame() {
        random(2, Array("0123af\r\n;x".utf8)) { bytes, random in
            var whole = ChunkedDecoder()
            var expected: [UInt8] = []
            _ = bytes.withUnsafeBytes { whole.read($0) { expected += $0 } }
            var cut = ChunkedDecoder()
            var got: [UInt8] = []
            let middle = bytes.isEmpty ? 0 : Int(random.next() % UInt64(bytes.count))
            for part in [bytes[..<middle], bytes[middle...]] {
                _ = part.withUnsafeBytes { cut.read($0) { got += $0 } }
            }
            #expect(got == expected)
            #expect(cut.isDone == whole.isDone && cut.isBroken == whole.isBroken)
        }
    }

    @Test func eventsOfRandomBytesNeverCrashAndAnyCutGivesTheSame() {
        random(3, Array("data: :\r\n\n\rx".utf8)) { bytes, random in
            var whole = ServerSentEvents()
            var expected: [[UInt8]] = []
            bytes.withUnsafeBytes { whole.read($0) { expected.append($0) } }
            var cut = ServerSentEvents()
            var got: [[UInt8]] = []
            let middle = bytes.isEmpty ? 0 : Int(random.next() % UInt64(bytes.count))
            for part in [bytes[..<middle], bytes[middle...]] {
                part.withUnsafeBytes { cut.read($0) { got.append($0) } }
            }
            #expect(got == expected)
        }
    }

    @Test(arguments: [
        ("data: a\r\rdata:b\n\n", ["a", "b"]), ("\u{FEFF}data: a\n\n", ["a"]), ("data: a\r\n\r\n", ["a"]),
        ("id: 1\nretry: 5\n\n", []), ("data:  two spaces\n\n", [" two spaces"]), ("data: unfinished\n", []),
        ("database: x\n\n", []),
    ])
    func readsEvents(_ text: String, _ expected: [String]) {
        var events = ServerSentEvents()
        var got: [String] = []
        Array(text.utf8).withUnsafeBytes { events.read($0) { got.append(String(decoding: $0, as: UTF8.self)) } }
        #expect(got == expected)
    }

    @Test func targetsOfRandomBytesNeverCrash() {
        random(4, Array("/%2fF?&=+a".utf8)) { bytes, _ in
            _ = RequestTarget.split(String(decoding: bytes, as: UTF8.self))
        }
    }
}
