import Glibc
import Testing

@testable import Terminal

/// Runs real loops over pipes; every wait ends because the pipe ends.
@Suite struct UILoopTests {
    private final class Recorder: UILoopDelegate {
        var events: [InputEvent] = []
        var wakes = 0
        var frames = 0
        var lost = 0
        var writable = 0
        var onInput: (UILoop) -> Void = { _ in }

        func loop(_ loop: UILoop, received new: [InputEvent]) {
            events += new
            onInput(loop)
        }
        func loop(_ loop: UILoop, received signal: UISignal) {}
        func loopWasWoken(_ loop: UILoop) { wakes += 1 }
        func loopTicked(_ loop: UILoop) {}
        func loopDraws(_ loop: UILoop) {
            frames += 1
            loop.stop()
        }
        func loopCanWrite(_ loop: UILoop) {
            writable += 1
            loop.stop()
        }
        func loopLostTerminal(_ loop: UILoop) {
            lost += 1
            loop.stop()
        }
    }

    private func pipePair() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    @Test func deadTerminalEndsInputOnce() {
        let (input, output) = pipePair()
        let recorder = Recorder()
        let loop = UILoop(input: input)
        _ = write(output, "ab", 2)
        close(output)
        loop.run(recorder)
        #expect(recorder.events.count == 2)
        #expect(recorder.lost == 1)
        close(input)
    }

    @Test func manyRequestsMakeOneFrame() {
        let (input, output) = pipePair()
        let recorder = Recorder()
        let loop = UILoop(input: input)
        for _ in 0..<100 { loop.requestFrame() }
        loop.run(recorder)
        #expect(recorder.frames == 1)
        close(output)
        close(input)
    }

    @Test func ringsOfOtherThreadsWake() {
        let (input, output) = pipePair()
        let recorder = Recorder()
        let loop = UILoop(input: input)
        loop.wake.ring()
        loop.wake.ring()
        loop.requestFrame()
        loop.run(recorder)
        #expect(recorder.wakes == 1)
        close(output)
        close(input)
    }

    @Test func outputIsWaitedForOnce() {
        let (input, inputEnd) = pipePair()
        let (outputEnd, output) = pipePair()
        let recorder = Recorder()
        let loop = UILoop(input: input)
        loop.waitForOutput(output)
        loop.waitForOutput(output)
        loop.run(recorder)
        #expect(recorder.writable == 1)
        for end in [input, inputEnd, output, outputEnd] { close(end) }
    }

    @Test func loneEscapeIsDecidedWithoutMoreInput() {
        let (input, output) = pipePair()
        let recorder = Recorder()
        let loop = UILoop(input: input, escapeDelay: .milliseconds(1))
        recorder.onInput = { $0.stop() }
        _ = write(output, "\u{1B}", 1)
        loop.run(recorder)
        #expect(recorder.events == [.key(KeyPress(KeyChord(.escape)))])
        close(output)
        close(input)
    }
}
