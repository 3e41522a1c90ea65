import Core
import Glibc
import Testing

@testable import Network

extension NetworkTests {
    @Suite struct UVChildProcessTests {
        @Test func talksInLinesAndTellsTheExitStatus() throws {
            let (fixture, child) = try start(
                "while read -r x; do echo \"got $x\"; done; echo bad >&2; printf tail; exit 7")
            defer { fixture.finish() }
            try fixture.engine {
                child.process?.write(Array("one\ntwo\n".utf8).span)
                child.process?.closeInput()
            }
            #expect(try fixture.eventually { child.exits.count == 1 })
            #expect(try fixture.engine { child.lines } == ["got one", "got two", "tail"])
            #expect(try fixture.engine { child.complaints } == ["bad"])
            #expect(try fixture.engine { child.exits } == [.exited(7)])
        }

        @Test func passesAMegabyteThrough() throws {
            let (fixture, child) = try start("cat")
            defer { fixture.finish() }
            let line = [UInt8](repeating: 0x6C, count: 1 << 20)
            try fixture.engine {
                #expect(child.process?.write((line + [0x0A]).span) == true)
                child.process?.closeInput()
            }
            #expect(try fixture.eventually { child.exits == [.exited(0)] })
            #expect(try fixture.engine { child.lines.map(\.utf8.count) } == [1 << 20])
        }

        @Test func stopsWithGraceThenByForce() throws {
            let (polite, first) = try start("echo up; exec sleep 60")
            #expect(try polite.eventually { first.lines == ["up"] })
            try polite.engine { first.process?.stop(grace: .seconds(10)) }
            #expect(try polite.eventually { first.exits == [.killed(signal: Int(SIGTERM))] })
            polite.finish()
            let (fixture, second) = try start("trap '' TERM; echo up; while true; do sleep 60; done")
            #expect(try fixture.eventually { second.lines == ["up"] })
            try fixture.engine { second.process?.stop(grace: .milliseconds(20)) }
            #expect(try fixture.eventually { second.exits == [.killed(signal: Int(SIGKILL))] })
            fixture.finish()
        }

        @Test func tellsWhyItDoesNotStart() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let child = ChildRecorder()
            try fixture.engine {
                _ = UVChildProcesses(loop: fixture.loop).spawn(
                    ChildCommand(program: "/nowhere/at-all"), delegate: child)
                #expect(child.exits.isEmpty)
            }
            #expect(try fixture.eventually { child.exits.count == 1 })
            guard case .failed(let words)? = try fixture.engine({ child.exits.first }) else {
                Issue.record("not failed")
                return
            }
            #expect(words.contains("/nowhere/at-all"))
        }

        @Test func inheritsNoDescriptorAndOnlyTheGivenEnvironment() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let child = ChildRecorder()
            try fixture.engine {
                let command = ChildCommand(
                    program: "/bin/sh", arguments: ["-c", "echo $ONLY$HOME; pwd; ls /proc/self/fd | wc -l"],
                    environment: ["ONLY": "this", "PATH": "/usr/bin:/bin"], workingDirectory: "/usr")
                child.process = UVChildProcesses(loop: fixture.loop).spawn(command, delegate: child)
            }
            #expect(try fixture.eventually { child.exits == [.exited(0)] })
            // ls itself opens the folder it lists.
            #expect(try fixture.engine { child.lines } == ["this", "/usr", "4"])
        }

        @Test func stoppingTheLoopKillsTheProgram() throws {
            let (fixture, child) = try start("echo up; exec sleep 60")
            #expect(try fixture.eventually { child.lines == ["up"] })
            let pid = try fixture.engine { child.process?.processID ?? 0 }
            fixture.finish()
            #expect(kill(pid_t(pid), 0) == -1)
            EngineActor.executor.occupy { #expect(child.exits.count == 1) }
        }

        private func start(_ script: String) throws -> (LoopFixture, ChildRecorder) {
            let fixture = try LoopFixture()
            let child = ChildRecorder()
            try fixture.engine {
                let command = ChildCommand(program: "sh", arguments: ["-c", script])
                child.process = UVChildProcesses(loop: fixture.loop).spawn(command, delegate: child)
            }
            return (fixture, child)
        }
    }

    @Test func linesComeOutWholeHoweverTheBytesAreCut() {
        var random = SeededRandom(9)
        for _ in 0..<10_000 {
            let bytes = (0..<Int(random.next() % 40)).map { _ in
                [0x61, 0x0A, 0x0D, 0x62][Int(random.next() % 4)] as UInt8
            }
            var (whole, cut) = (LineSplitter(), LineSplitter())
            var (expected, got): ([[UInt8]], [[UInt8]]) = ([], [])
            bytes.withUnsafeBytes { whole.read($0) { expected.append($0.withUnsafeBufferPointer { Array($0) }) } }
            let middle = bytes.isEmpty ? 0 : Int(random.next() % UInt64(bytes.count))
            for part in [bytes[..<middle], bytes[middle...]] {
                part.withUnsafeBytes { cut.read($0) { got.append($0.withUnsafeBufferPointer { Array($0) }) } }
            }
            #expect(got == expected)
        }
    }
}

@EngineActor
final class ChildRecorder: ChildProcessDelegate {
    var process: (any ChildProcess)?
    var lines: [String] = []
    var complaints: [String] = []
    var exits: [ChildExit] = []

    nonisolated init() {}

    func childWrote(_ child: any ChildProcess, line: Span<UInt8>) { lines.append(text(line)) }
    func childComplained(_ child: any ChildProcess, line: Span<UInt8>) { complaints.append(text(line)) }
    func childEnded(_ child: any ChildProcess, _ exit: ChildExit) { exits.append(exit) }

    private func text(_ line: Span<UInt8>) -> String {
        line.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
