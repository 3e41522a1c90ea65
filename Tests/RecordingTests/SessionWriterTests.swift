import Core
import Glibc
import Testing

@testable import Recording

@Suite struct SessionWriterTests {
    private let temporary = TemporaryFolder()
    private var options: RecordingOptions {
        var options = RecordingOptions(folder: temporary.path + "/sessions")
        options.freeSpaceFloor = 0
        return options
    }

    @Test func everySampleIsInItsPlace() throws {
        let session = ScriptedSession(options: options)
        session.run(seconds: 3)
        session.end()
        let stored = try StoredSession(path: session.folder)
        let audio = try #require(stored.audio)
        #expect(audio.frames == 24_000)
        #expect(try rightFrames(audio) == 24_000)
        #expect(stored.meta.state == .ended)
        #expect(stored.meta.endReason == "caller: hang-up")
        #expect(stored.meta.isDegraded == false)
        #expect(stored.log.records.count == 2)
        #expect(SessionVerifier.verify(path: session.folder).isWhole)
        #expect(session.reported().first == .recording(RecordingChange(.on, folder: stored.name)))
        #expect(stored.name.hasSuffix("-mock-3f2a9c1e"))
        #expect(!stored.isLive)
    }

    @Test func modesAndNamesAreOurs() throws {
        let session = ScriptedSession(options: options, provider: "../../etc/x y")
        let before = umask(0)
        session.run(seconds: 0.2)
        umask(before)
        #expect(TemporaryFolder.info(session.folder).st_mode & 0o7777 == 0o700)
        for name in ["audio.wav", "events.jsonl", "meta.json"] {
            #expect(TemporaryFolder.info(session.folder + "/" + name).st_mode & 0o7777 == 0o600, "\(name)")
        }
        #expect(try StoredSession(path: session.folder).isLive)
    }

    @Test func secondSessionOfOneNameGetsItsOwnFolder() throws {
        let first = ScriptedSession(options: options)
        first.run(seconds: 0.2)
        let second = ScriptedSession(options: options)
        second.run(seconds: 0.2)
        #expect(TemporaryFolder.names(options.folder).count == 2)
    }

    @Test func lateUserAudioIsPutInItsPlace() throws {
        let session = ScriptedSession(options: options)
        for i in 0..<100 {
            session.pushAgent(at: session.position)
            if i >= 24 { session.pushUser(at: session.position - 24 * 160) }
            session.pass()
        }
        for i in (0..<24).reversed() { session.pushUser(at: session.position - Int64(i + 1) * 160) }
        session.end()
        let audio = try #require(try StoredSession(path: session.folder).audio)
        #expect(try rightFrames(audio) == 16_000)
        #expect(!session.reported().contains { if case .gap = $0 { true } else { false } })
    }

    /// The caller's stream ran ahead by three seconds: the agent's audio is late all the time and yet all there.
    @Test func aChannelFarBehindTheOtherIsPutInItsPlace() throws {
        let session = ScriptedSession(options: options)
        session.pushUser(at: 0, count: 24_000)
        for _ in 0..<200 {
            session.pushUser(at: session.position + 24_000)
            session.pushAgent(at: session.position)
            session.pass()
        }
        session.end()
        let audio = try #require(try StoredSession(path: session.folder).audio)
        let samples = try audio.samples(at: 0, frames: 56_000)
        for at in stride(from: 0, to: 32_000, by: 997) {
            #expect(
                samples[2 * at] == ScriptedSession.user(Int64(at))
                    && samples[2 * at + 1] == ScriptedSession.agent(Int64(at)))
        }
        #expect(samples[2 * 50_000] == ScriptedSession.user(50_000) && samples[2 * 50_000 + 1] == 0)
        #expect(!session.reported().contains { if case .gap(let gap) = $0 { gap.samples < 0 } else { false } })
    }

    @Test func audioThatComesTooLateIsAGap() throws {
        let session = ScriptedSession(options: options)
        for _ in 0..<3020 { session.tick(user: false) }
        session.pushUser(at: 0)
        session.end()
        let gap = AudioGap(channel: .user, at: 0, samples: -160, reason: "audio came too late to be recorded")
        #expect(session.reported().contains(.gap(gap)))
        let stored = try StoredSession(path: session.folder)
        #expect(stored.meta.isDegraded)
        #expect(stored.log.remarks.contains { $0.kind == .gap && $0.samples == -160 })
        #expect(SessionVerifier.verify(path: session.folder).isWhole)
    }

    @Test func holesAreSilenceAndLongOnesAreTold() throws {
        let session = ScriptedSession(options: options)
        for i in 0..<200 { session.tick(user: i < 50 || i >= 150) }
        session.end()
        let stored = try StoredSession(path: session.folder)
        let samples = try #require(stored.audio).samples(at: 0, frames: 32_000)
        #expect(samples[2 * 7999] == ScriptedSession.user(7999))
        #expect(samples[2 * 8000] == 0 && samples[2 * 23_999] == 0)
        #expect(samples[2 * 24_000] == ScriptedSession.user(24_000))
        #expect(samples[2 * 15_000 + 1] == ScriptedSession.agent(15_000))
        #expect(
            session.reported().contains(
                .gap(AudioGap(channel: .user, at: 8000, samples: 16_000, reason: "no audio came"))))
    }

    @Test func overlapsKeepTheEarlierSamples() throws {
        let session = ScriptedSession(options: options)
        session.run(seconds: 0.4)
        let twice = [Int16](repeating: 77, count: 320)
        session.channel.ring.push(.user, twice.span, at: session.position - 160)
        session.pushAgent(at: session.position)
        session.pass()
        session.end()
        let samples = try #require(try StoredSession(path: session.folder).audio).samples(at: 0, frames: 3360)
        #expect(samples[2 * 3199] == ScriptedSession.user(3199))
        #expect(samples[2 * 3200] == 77)
    }

    @Test func recordingThatBeginsLateKeepsThePositions() throws {
        let session = ScriptedSession(options: options)
        session.pushUser(at: 80_000_000)
        session.pushAgent(at: 80_000_000)
        session.pass()
        session.channel.end()
        session.drain()
        let stored = try StoredSession(path: session.folder)
        let audio = try #require(stored.audio)
        #expect(audio.frames == 80_000_160)
        #expect(
            try audio.samples(at: 80_000_000, frames: 1) == [
                ScriptedSession.user(80_000_000), ScriptedSession.agent(80_000_000),
            ])
        #expect(TemporaryFolder.info(session.folder + "/audio.wav").st_blocks < 100)
        #expect(!stored.meta.isDegraded)
    }

    @Test func impossiblePositionsAreRefused() throws {
        let session = ScriptedSession(options: options)
        session.run(seconds: 0.2)
        for position in [Int64.max - 10, .min, -5, 1 << 60] { session.pushUser(at: position) }
        session.run(seconds: 0.2)
        session.end()
        let audio = try #require(try StoredSession(path: session.folder).audio)
        #expect(try rightFrames(audio) == 3200)
        #expect(session.reported().filter { if case .gap = $0 { true } else { false } }.count == 4)
    }

    @Test func lostRecordsAreExplained() throws {
        let session = ScriptedSession(options: options)
        session.run(seconds: 0.2)
        session.loseRecords(3)
        session.log(.note(Note("after the hole")))
        session.run(seconds: 0.2)
        session.end()
        let report = SessionVerifier.verify(path: session.folder)
        #expect(report.isWhole)
        #expect(report.findings.contains { $0.code == "log.lost" })
        #expect(try StoredSession(path: session.folder).meta.isDegraded)
    }

    @Test func transcriptAndPaddingToTheLastRecord() throws {
        let session = ScriptedSession(options: options)
        session.log(.userSpeechStarted(SpeechMark(detector: .local, at: 0, turn: 1)))
        session.run(seconds: 1)
        session.log(.userSpeechStopped(SpeechMark(detector: .local, at: 7000, turn: 1)))
        session.log(.userTranscript(UserTranscript(item: "u", turn: 1, text: "a <b>\u{1B}[31m & c", isFinal: true)))
        session.pass()
        session.end()
        let text = String(decoding: TemporaryFolder.read(session.folder + "/transcript.vtt"), as: UTF8.self)
        #expect(text == "WEBVTT\n\n00:00:00.000 --> 00:00:00.875\n<v You>a &lt;b&gt;[31m &amp; c\n")
        #expect(try StoredSession(path: session.folder).audio?.frames == 8160)
        #expect(SessionVerifier.verify(path: session.folder).isWhole)
    }

    @Test func headerLagsAtMostASecond() throws {
        let session = ScriptedSession(options: options)
        for second in 1...4 {
            session.run(seconds: 1)
            let bytes = TemporaryFolder.read(session.folder + "/audio.wav")
            let head = try AudioHead(bytes, fileBytes: Int64(bytes.count))
            #expect(head.realBytes - head.declaredBytes <= 32_000, "second \(second)")
            #expect(bytes.count == 80 + second * 32_000)
        }
    }
}
