"""The web client on a real screen: the machine's Chromium, driven by Playwright."""

import contextlib
import re

from playwright.sync_api import Browser, Page, sync_playwright

from host import browser

DESKTOP, PHONE = (1400, 900), (390, 844)
# What the client says when the server is away for a moment is no fault of ours.
OFFLINE = re.compile(r"ERR_CONNECTION_\w+|ERR_EMPTY_RESPONSE|ConnectionLostError")


@contextlib.contextmanager
def chromium() -> Browser:
    """Run the Chromium that the host finds, without a window."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=browser.find(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        try:
            yield running
        finally:
            running.close()


class Screen:
    """A user in front of the web client, who notices every error of its scripts."""

    def __init__(self, running: Browser, url: str, size=DESKTOP):
        width, height = size
        self.url = url
        self.context = running.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=1,
            locale="en-US",
            is_mobile=width < 500,
            has_touch=width < 500,
            base_url=url,
        )
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self._hear("error", str(error)))
        self.page.on("console", lambda said: self._hear(said.type, said.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and not OFFLINE.search(text):
            self.errors.append(text)

    def login(self, login: str, password: str) -> None:
        """Log in as a person does."""
        self.page.goto("/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.click("form.oe_login_form button[type=submit]")
        self.page.wait_for_selector(".o_web_client .o_main_navbar")

    @property
    def company(self) -> int:
        """The company that the user works in."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.context.cookies()}
        return int(cookies["cids"].split("-")[0])

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a method of a model with the rights of this user."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.context.request.post(
            f"/web/dataset/call_kw/{model}/{method}",
            data={"jsonrpc": "2.0", "method": "call", "params": params},
        ).json()
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def in_company(self, company: int) -> None:
        """Choose the company to work in."""
        cookie = {"name": "cids", "value": str(company), "url": self.url}
        self.context.add_cookies([cookie])

    def open(self, path: str, proof: str) -> None:
        """Open an address of the client and wait until `proof` is on the screen."""
        self.page.goto(f"/odoo/{path}")
        self.see(proof)

    def see(self, selector: str, **options):
        """Wait until something is on the screen, and return it."""
        found = self.page.locator(selector).first
        found.wait_for(**options)
        return found

    def click(self, selector: str) -> None:
        """Click on the first match."""
        self.page.locator(selector).first.click()

    def menu(self, app: str, *entries: str) -> None:
        """Go through the menus by their external identifiers."""
        self.click(".o_navbar_apps_menu button")
        self.click(f".o_app[data-menu-xmlid='{app}']")
        for entry in entries:
            self.click(f"[data-menu-xmlid='{entry}']")

    def close(self) -> None:
        """Leave."""
        self.context.close()
