import Core
import Testing

@testable import Devices

@Suite struct DeviceListTests {
    private static let hints = [
        DeviceHint(name: "null", description: "Discard all samples", direction: nil),
        DeviceHint(name: "pulse", description: "PulseAudio Sound Server", direction: nil),
        DeviceHint(name: "default", description: "Playback/recording through\nthe sound server", direction: nil),
        DeviceHint(name: "sysdefault:CARD=PCH", description: "HDA Intel PCH, ALC892 Analog", direction: nil),
        DeviceHint(
            name: "front:CARD=PCH,DEV=0", description: "HDA Intel PCH, ALC892 Analog\nFront", direction: "Output"),
        DeviceHint(name: "hw:CARD=PCH,DEV=0", description: "HDA Intel PCH\nDirect hardware", direction: nil),
        DeviceHint(name: "hw:CARD=Headset,DEV=0", description: "Jabra Evolve\nDirect hardware", direction: nil),
        DeviceHint(name: "plughw:CARD=Headset,DEV=0", description: "Jabra Evolve\nConverting", direction: nil),
        DeviceHint(name: "hw:CARD=Webcam,DEV=0", description: "Jabra PanaCast", direction: "Input"),
        DeviceHint(name: "speexrate", description: "Rate Converter", direction: nil),
    ]
    private let list = DeviceList(hints: hints, isDefined: { $0 == "mymic" })

    @Test(
        arguments: [
            (nil, "default"), ("", "default"), ("none", "none"), ("null", "null"), ("pulse", "pulse"),
            ("pulse:vspk.monitor", "pulse:vspk.monitor"), ("hw:7,3", "hw:7,3"), ("mymic", "mymic"),
            ("evolve", "plughw:CARD=Headset,DEV=0"), ("HEADSET", "plughw:CARD=Headset,DEV=0"),
            ("ALC892", "sysdefault:CARD=PCH"), ("intel pch", "sysdefault:CARD=PCH"), ("webcam", "hw:CARD=Webcam,DEV=0"),
        ] as [(String?, String)])
    func choiceIsResolved(_ row: (String?, String)) throws {
        #expect(try list.resolve(row.0, .capture) == row.1)
    }

    @Test func severalFittingDevicesAreListed() {
        do throws(ConfigurationError) {
            let name = try list.resolve("jabra", .capture)
            Issue.record("resolved to \(name)")
        } catch {
            #expect(error.place == "capture device")
            #expect(error.cause == "\"jabra\" fits several capture devices")
            #expect(error.fix.contains("plughw:CARD=Headset,DEV=0 (Jabra Evolve, Converting)"))
            #expect(error.fix.contains("hw:CARD=Webcam,DEV=0 (Jabra PanaCast)"))
            #expect(!error.fix.contains("PCH"))
        }
    }

    @Test func oneDirectionIsNotTakenForTheOther() throws {
        #expect(try list.resolve("jabra", .playback) == "plughw:CARD=Headset,DEV=0")
        do throws(ConfigurationError) {
            let name = try list.resolve("webcam", .playback)
            Issue.record("resolved to \(name)")
        } catch {
            #expect(error.cause == "no playback device has \"webcam\" in its name")
            #expect(error.fix.contains("default") && !error.fix.contains("speexrate"))
        }
    }

    @Test func anEmptyMachineIsToldSo() {
        do throws(ConfigurationError) {
            let name = try DeviceList(hints: []).resolve("usb", .capture)
            Issue.record("resolved to \(name)")
        } catch {
            #expect(error.fix == "this machine shows no capture device; start a sound server or use \"none\"")
        }
    }

    @Test func listHasDefaultFirstAndHidesStages() {
        let rows = list.entries(.playback)
        #expect(rows.first?.name == "default")
        #expect(rows.first?.text == "Playback/recording through, the sound server")
        #expect(rows.filter(\.isDefault).count == 1)
        #expect(!rows.contains { $0.name == "speexrate" || $0.name.hasPrefix("front") || $0.name.contains("Webcam") })
        #expect(list.entries(.playback, all: true).contains { $0.name == "speexrate" })
    }

    @Test func readingTheMachineNeverFails() {
        #expect(DeviceList.read().entries(.playback, all: true).contains { $0.name == "null" })
    }
}
