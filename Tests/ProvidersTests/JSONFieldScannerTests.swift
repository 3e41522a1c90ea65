import Core
import TestKit
import Testing

@testable import Providers

@Suite struct JSONFieldScannerTests {
    private func string(_ name: String, _ json: String) -> String? {
        let bytes = Array(json.utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            JSONFieldScanner.string(Array(name.utf8), in: buffer).map { String(decoding: buffer[$0], as: UTF8.self) }
        }
    }

    private func int(_ name: String, _ json: String) -> Int? {
        Array(json.utf8).withUnsafeBufferPointer { JSONFieldScanner.int(Array(name.utf8), in: $0) }
    }

    @Test func findsFieldsInAnyOrderAndSpacing() {
        #expect(string("audio", #"{"type":"audio","audio":"QUJD"}"#) == "QUJD")
        #expect(string("a", #"{ "x" : {"a" :  "b"} }"#) == "b")
        #expect(int("event_id", #"{"e":{"event_id": 12,"x":1}}"#) == 12)
        #expect(int("event_id", #"{"event_id":7}"#) == 7)
    }

    @Test func leavesTheOddOnesToTheParser() {
        #expect(string("a", #"{"a":"b\n"}"#) == nil)
        #expect(string("a", #"{"a":7}"#) == nil)
        #expect(string("a", #"{"a":"b"#) == nil)
        #expect(string("a", #"{"x":"\"a\":\"b\""}"#) == nil)
        #expect(int("a", #"{"a":1.5}"#) == nil)
        #expect(int("a", #"{"a":-1}"#) == nil)
        #expect(int("a", #"{"a":99999999999999999999}"#) == nil)
        #expect(string("", "") == nil)
    }

    /// Whatever it finds lies inside the message.
    @Test func survivesGarbage() {
        var mutator = MessageMutator(seeds: ElevenLabsScript.seeds, seed: 5)
        for _ in 0..<10_000 {
            let bytes = mutator.next()
            bytes.withUnsafeBufferPointer { buffer in
                for name in ["type", "audio_base_64", "event_id"] {
                    let found = JSONFieldScanner.string(Array(name.utf8), in: buffer)
                    if let found, found.upperBound >= bytes.count { Issue.record("outside") }
                    _ = JSONFieldScanner.int(Array(name.utf8), in: buffer)
                }
            }
        }
    }
}
