import Core
import Terminal

/// Choosing and testing the sound devices, gain, echo cancellation.
extension ConsoleModel {
    /// Step of the gain keys, dB.
    static let gainStep = 2.0

    mutating func runDevices(_ id: ActionID, _ argument: String) -> [ConsoleEffect] {
        switch id {
        case .devices: return devices(argument)
        case .loopback: return toggleTest(.loopback)
        case .calibrate: return toggleTest(.noise)
        case .cancelTest: return [.send(.cancelDeviceTest)]
        case .gainUp: return changeGain(Self.gainStep)
        case .gainDown: return changeGain(-Self.gainStep)
        case .gain: return setGain(argument)
        case .echo:
            let on = Self.flag(argument) ?? !(book.system.cancelsEcho ?? true)
            say(on ? "echo is cancelled where both devices run" : "echo is not cancelled any more: use headphones")
            return [.send(.setEchoCancellation(on: on))]
        default: return []
        }
    }

    private mutating func devices(_ argument: String) -> [ConsoleEffect] {
        let words = argument.split(separator: " ").map(String.init)
        if let capture = words.first {
            return [.send(.selectDevices(capture: capture, playback: words.dropFirst().first))]
        }
        overlay = .picker(
            PickerState(kind: .device, items: [], selection: 0, title: "devices", footer: "reading the list"))
        fillDevicePicker()
        return [.send(.listDevices)]
    }

    /// The list came, or came again.
    mutating func fillDevicePicker() {
        guard case .picker(var picker) = overlay, picker.kind == .device, let catalog = book.system.devices else {
            return
        }
        picker.items = DeviceChoice.all(catalog).map { $0.words(book.system) }
        picker.selection = min(picker.selection, max(0, picker.items.count - 1))
        picker.footer = nil
        overlay = .picker(picker)
    }

    mutating func choose(deviceAt index: Int) -> [ConsoleEffect] {
        guard let catalog = book.system.devices else { return [] }
        let choices = DeviceChoice.all(catalog)
        guard choices.indices.contains(index) else { return [] }
        let choice = choices[index]
        say("opening \(choice.name); what runs goes on until it is there")
        return [
            .send(
                .selectDevices(
                    capture: choice.isCapture ? choice.name : nil, playback: choice.isCapture ? nil : choice.name))
        ]
    }

    private mutating func toggleTest(_ kind: DeviceTestReport.Kind) -> [ConsoleEffect] {
        guard book.system.deviceTest?.state != .running else { return [.send(.cancelDeviceTest)] }
        return [.send(.testDevices(kind: kind))]
    }

    private mutating func changeGain(_ step: Double) -> [ConsoleEffect] {
        let gain = min(30, max(-20, (book.system.microphoneGain ?? 0) + step))
        book.system.microphoneGain = gain  // shown at once; the next report confirms it
        return [.send(.setMicrophoneGain(decibels: gain))]
    }

    private mutating func setGain(_ argument: String) -> [ConsoleEffect] {
        guard let gain = Double(argument), (-20...30).contains(gain) else {
            say("gain takes -20 to 30 dB, not \(argument)", .warning)
            return []
        }
        return [.send(.setMicrophoneGain(decibels: gain))]
    }
}

/// A line of the device chooser.
struct DeviceChoice: Equatable {
    var isCapture: Bool
    var name: String
    var text: String
    var isDefault: Bool

    /// Microphones first, then speakers, each with "none".
    static func all(_ catalog: DeviceCatalog) -> [DeviceChoice] {
        [(true, catalog.capture), (false, catalog.playback)].flatMap { isCapture, devices in
            devices.map {
                DeviceChoice(isCapture: isCapture, name: $0.name, text: $0.text, isDefault: $0.isDefault)
            } + [DeviceChoice(isCapture: isCapture, name: "none", text: "", isDefault: false)]
        }
    }

    /// As it stands in the list: what it is for, name, what the system says, marks.
    func words(_ system: SystemReport) -> String {
        let open = isCapture ? system.capture : system.playback
        let isOpen = open.map { $0 == name || $0.hasPrefix(name + " (") } ?? (name == "none")
        var line = (isCapture ? "microphone  " : "speaker     ") + name
        if !text.isEmpty, text != name { line += "  " + text }
        if isDefault { line += "  (default)" }
        return line + (isOpen ? "  <- now" : "")
    }
}
