import { Component, CUSTOM_ELEMENTS_SCHEMA, ElementRef, signal, viewChild } from "@angular/core";
import "ais-link";
import { check, EVENTS, LIST, RELAY, WORDS } from "../support/checks.js";

@Component({
  selector: "app-root",
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <button id="more" (click)="count.set(count() + 1)">More</button>
    <button id="toggle" (click)="shown.set(!shown())">Toggle</button>
    <ais-link id="bare" [relay]="relay"></ais-link>
    <ais-link
      #data
      id="data"
      [relay]="relay"
      country="FI"
      [validityDays]="90"
      [recurring]="false"
      [texts]="words"
      (lowercase)="hear('lowercase')"
      (kebab-case)="hear('kebab-case')"
      (camelCase)="hear('camelCase')"
      (CAPScase)="hear('CAPScase')"
      (PascalCase)="hear('PascalCase')"
      >Light {{ count() }}</ais-link
    >
    <ais-link id="list" [relay]="relay" [texts]="list"></ais-link>
    <own-link id="own" [relay]="relay" [texts]="words" [ownWords]="words"></own-link>
    @if (shown()) {
      <ais-link id="view" [relay]="relay"></ais-link>
    } @else {
      <p id="dummy">Nothing</p>
    }
    @for (name of names; track name) {
      <p [id]="name">{{ heard()[name] ?? false }}</p>
    }
  `,
})
export class Support {
  relay = RELAY;
  words = WORDS;
  list = LIST;
  names = ["imperative", ...EVENTS];
  count = signal(1);
  shown = signal(true);
  heard = signal<Record<string, boolean>>({});
  data = viewChild.required<ElementRef<HTMLElement>>("data");

  hear(name: string) {
    this.heard.update((heard) => ({ ...heard, [name]: true }));
  }

  ngAfterViewInit() {
    this.data().nativeElement.addEventListener("imperative", () => this.hear("imperative"));
    check();
  }
}
