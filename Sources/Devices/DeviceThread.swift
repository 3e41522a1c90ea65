import AudioKit
import Core
import Glibc

/// The life of a device thread: choose, open, move audio until stopped or lost, close, tell.
struct DeviceThread: Sendable {
    /// Name or letters of a name; nil is the default.
    var choice: String?
    var direction: PCMDirection
    var request: PCMRequest
    /// Tells the engine that something changed or a period was moved.
    var wake: any EngineWake

    /// Starts the thread. Its news are in the state returned.
    func start() -> LineState {
        let state = LineState()
        let code = AudioThread.start("sidetone-\(direction == .capture ? "mic" : "spk")") { run(state) }
        if code != 0 {
            let error = ALSAError(.start, device: choice ?? "default", code: code, detail: "no thread to be had")
            state.didEnd(LineFailure(error))
        }
        return state
    }

    private func run(_ state: LineState) {
        var failure: LineFailure?
        do throws(LineFailure) {
            try live(state)
        } catch {
            failure = error
        }
        state.didEnd(state.isStopping ? nil : failure)
        wake.signal()
    }

    private func live(_ state: LineState) throws(LineFailure) {
        if let path = FakeDevice.path(choice) {
            return direction == .capture
                ? try FakeDevice.capture(path, state, wake) : try FakeDevice.playback(path, state, wake)
        }
        ALSALibrary.forgetConfiguration()
        let device: String
        do throws(ConfigurationError) {
            device = try DeviceList.resolve(choice, direction)
        } catch {
            throw LineFailure(error)
        }
        do throws(ALSAError) {
            let pcm = try PCMHandle(opening: device, direction, asking: request)
            guard !state.isStopping else { return }
            try move(pcm, device: device, state)
        } catch {
            throw LineFailure(error)
        }
    }

    private func move(_ pcm: consuming PCMHandle, device: String, _ state: LineState) throws(ALSAError) {
        let format = pcm.format
        let opened = LineState.Opened(
            device: device, format: format, ring: PCMRing(capacity: format.rate),
            reference: direction == .playback ? PCMRing(capacity: format.rate / 2) : nil)
        let code: Int32
        switch direction {
        case .capture:
            let loop = CaptureLoop(pcm, ring: opened.ring, state: state, wake: wake)
            state.didOpen(opened)
            wake.signal()
            code = loop.run()
        case .playback:
            let loop = PlaybackLoop(pcm, opened: opened, state: state, wake: wake)
            state.didOpen(opened)
            wake.signal()
            code = loop.run()
        }
        guard code == 0 else { throw ALSAError(code == ETIMEDOUT ? .watch : .move, device: device, code: code) }
    }
}
