import Core
import TestKit
import Testing

@testable import ProviderKit

@Suite struct WyomingMessagesTests {
    private static let stream: [UInt8] = {
        var bytes = Array(#"{"type":"info","data":{"a":1,"b":2},"data_length":7}"#.utf8 + [10] + #"{"b":3}"#.utf8)
        WyomingMessage.append("synthesize", ["text": "Grüße"], to: &bytes)
        WyomingMessage.append("audio-chunk", ["rate": 16_000], payload: [1, 2, 10, 4].span, to: &bytes)
        WyomingMessage.append("audio-stop", .object([]), to: &bytes)
        return bytes
    }()

    private static let messages = [
        WyomingMessage("info", ["a": 1, "b": 3]), WyomingMessage("synthesize", ["text": "Grüße"]),
        WyomingMessage("audio-chunk", ["rate": 16_000], payload: [1, 2, 10, 4]), WyomingMessage("audio-stop"),
    ]

    @Test(arguments: 1...80)
    func messagesMayBeCutAnywhere(_ cut: Int) throws {
        var parser = WyomingParser()
        var found: [WyomingMessage] = []
        var at = 0
        while at < Self.stream.count {
            let end = min(Self.stream.count, at + cut)
            parser.feed(Self.stream[at..<end].span)
            while let message = try parser.next() { found.append(message) }
            at = end
        }
        #expect(found == Self.messages)
    }

    @Test func lengthsCountBytes() {
        var bytes: [UInt8] = []
        WyomingMessage.append("synthesize", ["text": "ü"], to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text == "{\"type\":\"synthesize\",\"version\":\"1.9.0\",\"data_length\":13}\n{\"text\":\"ü\"}")
    }

    @Test(arguments: [
        "hello\n", "{}\n", "[1]\n", "{\"type\":3}\n", "{\"type\":\"x\",\"data_length\":-1}\n",
        "{\"type\":\"x\",\"payload_length\":99999999999}\n", "{\"type\":\"x\",\"data_length\":2}\n[]",
    ])
    func whatIsNoMessageIsAnError(_ text: String) {
        var parser = WyomingParser()
        parser.feed(Array(text.utf8).span)
        #expect(throws: WyomingError.self) { try parser.next() }
    }

    @Test func aLineWithoutEndIsAnError() {
        var parser = WyomingParser()
        parser.feed([UInt8](repeating: 0x20, count: (1 << 20) + 1).span)
        #expect(throws: WyomingError.self) { try parser.next() }
    }

    @Test func nonsenseHarmsNothing() {
        var mutator = MessageMutator(seeds: [Self.stream], seed: 3)
        for _ in 0..<10_000 {
            var parser = WyomingParser()
            parser.feed(mutator.next().span)
            while let message = try? parser.next() { #expect(!message.type.isEmpty) }
        }
    }
}
