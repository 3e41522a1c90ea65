import Core
import Recording
import TestKit
import Testing

@testable import Studio

/// Every form of export: the sample against goldens, hostile text, redaction.
@Suite struct SessionExportTests {
    static let forms = SessionExports.all.map(\.name)

    /// The form with a page that is the same every time: fixed nonce, no audio.
    private func text(_ name: String, _ stored: StoredSession, mask: (@Sendable (String) -> String)? = nil) throws
        -> String
    {
        var html = HTMLExport()
        (html.nonce, html.mostAudioBytes) = ("fixed", 0)
        let form = try #require(name == "html" ? html : SessionExports.named(name))
        return form.text(ExportDocument(stored, mask: mask))
    }

    @Test(arguments: forms)
    func sampleIsAsItsGolden(_ name: String) throws {
        let text = try text(name, StoredSession(path: samplePath))
        #expect(GoldenText().difference(text, "export-\(name)") == nil)
    }

    @Test func utterancesHaveTheTimesAndWordsOfTheCues() throws {
        for stored in [try StoredSession(path: samplePath), try HostileSession().stored()] {
            let document = ExportDocument(stored)
            #expect(document.utterances.count == document.cues.count)
            for (said, cue) in zip(document.utterances, document.cues) {
                #expect(said.speaker == cue.speaker && said.start == cue.start && said.end == cue.end)
                let heard = said.words.filter(\.isHeard).map(\.text)
                let cut = said.words.count > heard.count ? ["—"] : []
                #expect(heard + cut == cue.text.split(whereSeparator: \.isWhitespace).map(String.init))
                let times = said.words.map(\.start)
                #expect(times == times.sorted() && times.allSatisfy { (said.start...said.end).contains($0) })
            }
        }
    }

    /// Neither control nor direction characters in any form (but for line ends), and nothing that the form would obey.
    @Test(arguments: forms)
    func hostileTextIsHarmless(_ name: String) throws {
        let text = try text(name, HostileSession().stored())
        let bad = text.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x0A, 0x0D: false
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
        #expect(bad.isEmpty)
        // The Hebrew itself stays.
        #expect(text.contains("שלום"))
    }

    @Test func hostileTextInHTML() throws {
        let page = try text("html", HostileSession().stored())
        let scripts = page.components("<script")
        #expect(scripts.count == 2 && scripts[1].hasPrefix(" nonce=\"fixed\">"))
        #expect(page.components("</script>").count == 2)
        #expect(!page.contains("<img") && !page.contains("onerror=\"") && !page.contains("<!--"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(page.contains("default-src 'none'"))
        // Nothing is loaded from anywhere.
        #expect(!page.contains("src=\"http") && !page.contains("href=\"http") && !page.contains("url("))
    }

    @Test func hostileTextInMarkdownAndSubtitles() throws {
        let stored = try HostileSession().stored()
        let report = try text("markdown", stored)
        #expect(!report.contains("<script>") || report.contains("`"))
        for line in report.split(separator: "\n") where !line.contains("**Tool**") {
            let active = String(line).components("\\]").joined()
            #expect(!active.contains("<") && !active.contains("](") && !active.contains("http://"))
        }
        let subtitles = try text("srt", stored)
        #expect(!subtitles.contains("<") && !subtitles.contains("{") && subtitles.components(" --> ").count > 2)
        #expect(try TranscriptVTT.check(Array(text("vtt", stored).utf8)) == ExportDocument(stored).cues.count)
    }

    @Test(arguments: [
        ("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""), ("+1", "\"'+1\""), ("-2+3", "\"'-2+3\""),
        ("@SUM(A1)", "\"'@SUM(A1)\""), ("  =1", "\"'  =1\""), ("\t=1", "\"' =1\""), ("\r\n=1", "\"'  =1\""),
        ("＝1", "\"'＝1\""), ("a,\"b\"", "\"a,\"\"b\"\"\""), ("a;b", "\"a;b\""), ("plain", "plain"), ("", ""),
    ])
    func fieldsOfTheTable(_ text: String, _ field: String) { #expect(CSVExport.field(text) == field) }

    @Test func tableHasOneRowATurnWithAllColumns() throws {
        let rows = try text("csv", HostileSession().stored()).components("\r\n").filter { !$0.isEmpty }
        #expect(rows.count == 3)
        #expect(
            rows[0].hasPrefix(
                "turn,start_s,trigger,user_text,agent_text,heard_share,outcome,e2e_ms,heard_e2e_ms,vad_hang_ms,"))
        #expect(rows[0].hasSuffix(",tools,provider,cost_usd"))
        #expect(rows[1].hasSuffix(",0.012500"))
    }

    @Test func jsonAndAsciicastCanBeRead() throws {
        let stored = try HostileSession().stored()
        let document = try JSONParser.parse(Array(text("json", stored).utf8))
        #expect(document["turns"]?.array?.count == 2)
        // What was said is in the document as it was said.
        #expect(document["turns"]?[0]?["user"]?.string == HostileSession.said)
        #expect(document["tools"]?[0]?["arguments"]?.string == HostileSession.arguments)
        let lines = try text("asciicast", stored).split(separator: "\n")
        #expect(try JSONParser.parse(Array(lines[0].utf8))["version"] == 2)
        var last = 0.0
        for line in lines.dropFirst() {
            let event = try JSONParser.parse(Array(line.utf8))
            let time = try #require(event[0]?.double)
            #expect(time >= last && event[1] == "o" && event[2]?.string?.hasSuffix("\r\n") == true)
            last = time
        }
    }

    /// Rules reach every form; so do the caller's number, keys pressed and a number cut in two pieces of text.
    @Test(arguments: forms)
    func rulesOfRedactionReachEveryForm(_ name: String) throws {
        let stored = try HostileSession().stored()
        let open = try text(name, stored)
        #expect(open.contains("SECRET"))
        let masked = try text(name, stored) { $0.components("SECRET").joined(separator: "***") }
        #expect(!masked.contains("SECRET") && !masked.contains("+49301234") && masked.contains("***"))
        #expect(!masked.contains("key 7"))
    }

    @Test func redactedSessionsGiveNoAudio() throws {
        let document = ExportDocument(try StoredSession(path: samplePath)) { $0 }
        #expect(document.audio == nil)
        let page = HTMLExport().text(document)
        #expect(!page.contains("<audio") && page.contains("speech cannot be masked"))
    }

    @Test func pageCarriesTheAudioOrSaysWhyNot() throws {
        let document = ExportDocument(try StoredSession(path: samplePath))
        let page = HTMLExport().text(document)
        #expect(page.contains("src=\"data:audio/ogg;codecs=opus;base64,T2dnUw"))
        #expect(page != HTMLExport().text(document), "the nonce is drawn anew")
        var small = HTMLExport()
        small.mostAudioBytes = 1000
        let silent = small.text(document)
        #expect(!silent.contains("<audio") && silent.contains("it takes more than 0 MB"))
    }

    @Test func outlineKnowsWhoSpeaks() throws {
        let audio = try #require(try StoredSession(path: samplePath).audio)
        let digest = AudioDigest(audio, mostBytes: 1 << 20)
        #expect(digest.user.count == 1200 && digest.agent.count == 1200)
        // From 0.4 s to 2.04 s the user, from 2.74 s on the agent, of 12.04 s.
        let loud = { (lane: [Double], from: Double, to: Double) in
            lane[Int(from / 12.04 * 1200)..<Int(to / 12.04 * 1200)].max() ?? 0
        }
        #expect(loud(digest.user, 0.5, 2) > 0.05 && loud(digest.agent, 0.5, 2) < 0.02)
        #expect(loud(digest.agent, 3, 5) > 0.05 && loud(digest.user, 3, 5) < 0.02)
    }

    @Test func audioPlacedYearsAwayIsLeftOut() throws {
        let audio = try SessionAudio(folder: samplePath, segments: [.init(file: "audio.wav", at: 1 << 45)])
        let digest = AudioDigest(audio, mostBytes: 1 << 20)
        #expect(digest.opus == nil && digest.reason?.contains("longer than 48 hours") == true)
    }

    @Test(arguments: forms)
    func emptySessionsCanBeExported(_ name: String) throws {
        let folder = TemporaryFolder()
        #expect(GoldenText.write("", folder.path + "/events.jsonl"))
        // Without a cue SubRip is an empty file.
        #expect(try text(name, StoredSession(path: folder.path)).isEmpty == (name == "srt"))
    }
}

extension String {
    /// The pieces between `mark`.
    fileprivate func components(_ mark: String) -> [String] {
        split(separator: mark, omittingEmptySubsequences: false).map(String.init)
    }
}
