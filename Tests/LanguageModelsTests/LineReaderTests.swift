import Testing

@testable import LanguageModels

@Suite struct LineReaderTests {
    @Test func cutsAnywhere() {
        let bytes = Array("{\"a\":\"ü\"}\r\n\n{\"b\":2}".utf8)
        for cut in 0...bytes.count {
            var reader = LineReader()
            var lines: [String] = []
            reader.read(bytes.span.extracting(0..<cut)) { lines.append(String(decoding: $0, as: UTF8.self)) }
            reader.read(bytes.span.extracting(cut..<bytes.count)) { lines.append(String(decoding: $0, as: UTF8.self)) }
            reader.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
            #expect(lines == ["{\"a\":\"ü\"}", "{\"b\":2}"])
        }
    }

    @Test func dropsWhatIsTooLong() {
        var reader = LineReader()
        var lines = 0
        let piece = [UInt8](repeating: 0x61, count: 1 << 20)
        for _ in 0..<6 { reader.read(piece.span) { _ in lines += 1 } }
        reader.read([0x0A, 0x62, 0x0A].span) { _ in lines += 1 }
        #expect(lines == 1 && reader.dropped == 1)
    }
}
