import AudioKit
import Core
import Glibc
import TestKit
import Testing

@testable import Recording

/// Each fault that can be put into the sample session is found, by its name.
@Suite struct SessionVerifierTests {
    private let temporary = TemporaryFolder()

    /// A copy of the sample with one file changed.
    private func spoiled(_ file: String, _ change: ([UInt8]) -> [UInt8]?) throws -> VerifyReport {
        let path = temporary.path + "/copy"
        TemporaryFolder.remove(path)
        try PosixDisk().createFolder(path)
        for name in TemporaryFolder.names(SampleSessionTests.path) {
            let bytes = TemporaryFolder.read(SampleSessionTests.path + "/" + name)
            guard let written = name == file ? change(bytes) : bytes else { continue }
            TemporaryFolder.write(written, to: path + "/" + name)
        }
        return SessionVerifier.verify(path: path)
    }

    private func lines(_ bytes: [UInt8], _ change: (inout [Substring]) -> Void) -> [UInt8] {
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        change(&lines)
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private func expect(_ code: String, _ report: VerifyReport, _ place: SourceLocation = #_sourceLocation) {
        #expect(!report.isWhole, sourceLocation: place)
        #expect(
            report.findings.contains { $0.severity == .error && $0.code == code }, "\(report.lines)",
            sourceLocation: place)
    }

    @Test func untouchedCopyIsWhole() throws {
        #expect(try spoiled("none") { $0 }.isWhole)
    }

    @Test func logFaults() throws {
        expect("log.hole", try spoiled("events.jsonl") { lines($0) { $0.remove(at: 20) } })
        expect("log.order", try spoiled("events.jsonl") { lines($0) { $0.swapAt(20, 21) } })
        expect("log.line", try spoiled("events.jsonl") { lines($0) { $0[20] = "{\"seq\":21" } })
        expect("log.torn", try spoiled("events.jsonl") { Array($0.dropLast(5)) })
        expect("log.count", try spoiled("events.jsonl") { lines($0) { $0.removeLast() } })
        expect("log.empty", try spoiled("events.jsonl") { _ in [] })
        expect("file", try spoiled("events.jsonl") { _ in nil })
        expect(
            "tool.open",
            try spoiled("events.jsonl") {
                lines($0) { all in
                    all = all.map {
                        $0.contains("toolCallEnded")
                            ? Substring($0.split(separator: "get_time").joined(separator: "x")) : $0
                    }
                    for i in all.indices where all[i].contains("toolCallEnded") {
                        all[i] = Substring(changed(all[i], "call-1", "call-9"))
                    }
                }
            })
        expect(
            "clock.audio",
            try spoiled("events.jsonl") {
                lines($0) { $0[30] = Substring(changed($0[30], "\"audio\":", "\"audio\":9")) }
            })
    }

    private func changed(_ text: Substring, _ from: String, _ to: String) -> String {
        guard let range = text.firstRange(of: from) else { return String(text) }
        return String(text[..<range.lowerBound]) + to + String(text[range.upperBound...])
    }

    @Test func audioFaults() throws {
        expect("audio.size", try spoiled("audio.wav") { Array($0.dropLast(4)) })
        expect("audio.short", try spoiled("audio.wav") { withSize(Array($0.dropLast(8000))) })
        expect("audio.long", try spoiled("audio.wav") { withSize($0 + [UInt8](repeating: 0, count: 8000)) })
        expect("file", try spoiled("audio.wav") { _ in [1, 2, 3] })
        expect("audio.missing", try spoiled("audio.wav") { _ in nil })
        expect(
            "speech.silent",
            try spoiled("audio.wav") { bytes in
                bytes.enumerated().map { $0.offset >= 80 && $0.offset % 4 >= 2 ? 0 : $0.element }
            })
    }

    private func withSize(_ bytes: [UInt8]) -> [UInt8] {
        WAVHeader(sampleRate: 8000, channels: 2, dataBytes: bytes.count - 80).bytes + bytes[80...]
    }

    /// The agent's channel moved by some milliseconds against the log.
    @Test(arguments: [(-120, "speech.early"), (450, "speech.late")]) func misalignment(_ ms: Int, _ code: String) throws
    {
        let report = try spoiled("audio.wav") { bytes in
            var out = bytes
            let frames = (bytes.count - 80) / 4
            for i in 0..<frames {
                let from = i - ms * 8
                for byte in 2...3 {
                    out[80 + 4 * i + byte] = (0..<frames).contains(from) ? bytes[80 + 4 * from + byte] : 0
                }
            }
            return out
        }
        expect(code, report)
        #expect(report.findings.contains { $0.code == "speech.uncut" } == (ms > 0))
    }

    @Test func otherFiles() throws {
        expect("transcript", try spoiled("transcript.vtt") { _ in nil })
        expect("transcript", try spoiled("transcript.vtt") { _ in Array("WEBVTT\n\nx --> y\n".utf8) })
        expect("file", try spoiled("meta.json") { Array($0.dropLast(9)) })
        expect("folder", SessionVerifier.verify(path: temporary.path + "/none"))
        expect("folder", SessionVerifier.verify(path: temporary.path))
    }

    @Test func aRecordThatWasCutOffMayHaveATornLine() throws {
        let report = try spoiled("events.jsonl") { Array($0.dropLast(5)) }
        #expect(!report.isWhole)
        let path = temporary.path + "/copy"
        unlink(path + "/meta.json")
        let repair = SessionRepair.run(path: path)
        #expect(repair.failures.isEmpty && repair.actions.count == 2)
        let after = SessionVerifier.verify(path: path)
        #expect(after.isWhole && after.state == "interrupted", "\(after.lines)")
    }

    @Test func reportAsJSON() throws {
        let report = SessionVerifier.verify(path: SampleSessionTests.path)
        let json = try JSONParser.parse(try EventCodec.encode(any: report))
        #expect(json["isWhole"]?.bool == true && json["state"]?.string == "ended" && json["records"]?.int == 74)
        #expect(
            report.lines.first?.hasPrefix("sample: whole (12.0 s of audio, 74 records, ended, aligned within ") == true)
    }

    @Test func spoiledLogsNeverCrash() {
        var generator = SeededRandom(99)
        let source = TemporaryFolder.read(SampleSessionTests.path + "/events.jsonl")
        let lines = source.split(separator: UInt8(ascii: "\n"))
        for _ in 0..<10_000 {
            var bytes: [UInt8] = []
            for _ in 0..<2 { bytes += (lines.randomElement(using: &generator) ?? []) + [UInt8(ascii: "\n")] }
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            var log = SessionLog()
            log.add(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))), file: "x")
            var builder = TranscriptBuilder(sampleRate: 8000)
            for record in log.records { builder.add(record) }
            #expect(log.records.count + log.faults.count <= 12)
            #expect((try? TranscriptVTT.check(Array(TranscriptVTT.text(builder.cues).utf8))) != nil)
        }
    }

    @Test func hostileFiguresInALogNeverCrash() throws {
        let report = try spoiled("events.jsonl") {
            lines($0) { all in
                for i in all.indices {
                    let figure = ["1e300", "-1e300", "0", "-0.0", "9e15"][i % 5]
                    for key in ["\"heardMs\":", "\"generatedMs\":"] {
                        all[i] = Substring(changed(all[i], key, key + figure + ",\"x\":"))
                    }
                }
                all.append(
                    #"{"recorder":{"kind":"gap","channel":"user","at":-9223372036854775808,"samples":-9223372036854775808}}"#
                )
                all.append(#"{"recorder":{"kind":"lost","first":18446744073709551615,"last":0}}"#)
                all.append(
                    #"{"seq":18446744073709551615,"t":-9223372036854775808,"wall":0,"audio":9223372036854775807,"type":"note","text":""}"#
                )
                all.append(
                    #"{"seq":18446744073709551615,"t":-9223372036854775808,"wall":-9223372036854775808,"audio":0,"type":"note","text":""}"#
                )
                all.append(
                    #"{"seq":0,"t":0,"wall":9223372036854775807,"audio":1125899906842624,"type":"note","text":""}"#)
            }
        }
        #expect(!report.isWhole)
        #expect(SessionRepair.run(path: temporary.path + "/copy").failures.isEmpty)
    }
}
